"""A trained network as an ONNX file: in omote's own form, and in that of DeepFaceLab's `.dfm`, which others read."""

import io
import json
import warnings
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from omote.core.errors import ModelError
from omote.models.base import Side, SwapNetwork

_LARGEST = 2**31
"""Bytes that a file of protocol buffers can hold."""


class PlainForm(nn.Module):
    """omote's own form: face (N, 3, I, I) → swapped (N, 3, O, O), where it is learnt mask (N, 1, O, O); RGB, 0 to 1.

    Attributes:
        opset: version of ONNX's operators; 17 is the first with whole layer norms.
    """

    colours: ClassVar[str] = "RGB"
    names: ClassVar[tuple[str, ...]] = ("face", "swapped", "mask")
    opset: ClassVar[int] = 17

    def __init__(self, network: SwapNetwork, person: Side) -> None:
        super().__init__()
        self.network, self.person = network, person

    def example(self) -> Tensor:
        """Return a face to trace with."""
        return torch.zeros(1, 3, self.network.input_size, self.network.input_size)

    def forward(self, face_BCHW: Tensor) -> tuple[Tensor, ...]:
        """Make faces, and masks where the network learns them."""
        made = self.network(face_BCHW, self.person)
        return (made.face,) if made.mask is None else (made.face, made.mask)


class DfmForm(nn.Module):
    """DeepFaceLab's form: pixels last, BGR of 0 to 1, all of the size that the network makes.

    in_face (N, O, O, 3) → out_face_mask (N, O, O, 1) of the given face, as the other person's side draws it,
    out_celeb_face (N, O, O, 3), out_celeb_face_mask (N, O, O, 1). Masks are ones where the network learns none.
    A network that reads another size is fed the face resized, since readers take one size for both.

    Attributes:
        opset: version of ONNX's operators; DeepFaceLab writes 12.
    """

    colours: ClassVar[str] = "BGR"
    names: ClassVar[tuple[str, ...]] = ("in_face:0", "out_face_mask:0", "out_celeb_face:0", "out_celeb_face_mask:0")
    opset: ClassVar[int] = 12

    def __init__(self, network: SwapNetwork, person: Side) -> None:
        super().__init__()
        self.network, self.person = network, person
        self.other: Side = "a" if person == "b" else "b"
        self.resize = nn.Buffer(resizing(network.output_size, network.input_size))

    def example(self) -> Tensor:
        """Return a face to trace with."""
        return torch.zeros(1, self.network.output_size, self.network.output_size, 3)

    def forward(self, face_BHWC: Tensor) -> tuple[Tensor, ...]:
        """Make the masks of the given faces, the faces, and their masks."""
        face = face_BHWC.permute(0, 3, 1, 2).flip(1)
        if self.network.input_size != self.network.output_size:
            face = self.resize @ face @ self.resize.T
        code = self.network.encode(face)
        made, given = self.network.decode(code, self.person), self.network.decode(code, self.other)
        ones = torch.ones_like(face_BHWC[..., :1])
        masks = [ones if mask is None else mask.permute(0, 2, 3, 1) for mask in (given.mask, made.mask)]
        return masks[0], made.face.flip(1).permute(0, 2, 3, 1), masks[1]


FORMS: Mapping[str, type[PlainForm | DfmForm]] = {"onnx": PlainForm, "dfm": DfmForm}


def resizing(old: int, new: int) -> Tensor:
    """Return the (new, old) matrix M that resizes bilinearly, as M @ picture @ Mᵀ: arithmetic that every reader knows.

    Where it makes smaller, each pixel is a weighted mean of all that it covers.
    """
    lines = torch.eye(old)[None, None]
    return functional.interpolate(lines, (new, old), mode="bilinear", antialias=True, align_corners=False)[0, 0]


def as_onnx(network: SwapNetwork, person: Side, form: Literal["onnx", "dfm"], facts: Mapping[str, Any]) -> bytes:
    """Write a network, as it makes the faces of one person, as an ONNX file; how many faces it is given stays free.

    Args:
        network: trained, on the CPU; is put into use mode.
        person: whose face is made.
        form: which inputs and outputs it has.
        facts: kept in the file's metadata as `omote.<name>`, all but texts as JSON; sizes, colours, the person and
            omote's version are added.

    Raises:
        ModelError: it is too large for one file, or the form's version of ONNX cannot say it.
        ImportError: the package onnx is missing.
    """
    import onnx

    if (size := sum(weight.nbytes for weight in network.parameters())) >= _LARGEST:
        raise ModelError(f"an ONNX file holds less than 2 GiB, and these weights are {size / 2**30:.1f} GiB")
    shape = FORMS[form](network, person).eval()  # all of it: the exporter puts it back into the mode that it has
    file = onnx.load_from_string(_traced(shape))
    own = {"version": version("omote"), "person": person, "colours": shape.colours}
    sizes = {"input_size": network.input_size, "output_size": network.output_size}
    for name, fact in {**own, **sizes, **facts}.items():
        file.metadata_props.add(key=f"omote.{name}", value=fact if isinstance(fact, str) else json.dumps(fact))
    return bytes(file.SerializeToString())


def _traced(form: PlainForm | DfmForm) -> bytes:
    example, file = form.example(), io.BytesIO()
    with torch.no_grad():
        names = form.names[: 1 + len(form(example))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that this exporter is the older one, and what it does not fold
        try:
            # The newer exporter begins with version 18 of the operators, which readers of .dfm files need not know.
            torch.onnx.export(
                form, (example,), file,  # type: ignore[arg-type] # the older exporter writes into anything
                dynamo=False, opset_version=form.opset, input_names=names[:1], output_names=names[1:],
                dynamic_axes={name: {0: "N"} for name in names},
            )  # fmt: skip
        except torch.onnx.errors.UnsupportedOperatorError as fault:
            what = f"this network has steps that version {form.opset} of ONNX's operators lacks ({fault})"
            raise ModelError(what, do="try the other form: --to onnx") from fault
    return file.getvalue()
