"""The plugins of perception by name. Other packages add theirs by entry points in the groups named here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from omote.core.errors import OmoteError
from omote.core.registry import resolve
from omote.perception.contracts import Assessor, Detector, Identifier, Landmarker, Segmenter

DETECTORS = {
    "centerface": "omote.perception.centerface:CenterFace",
    "retinaface": "omote.perception.uniface_detectors:RetinaFace",
    "scrfd": "omote.perception.uniface_detectors:Scrfd",
    "yolov8-face": "omote.perception.uniface_detectors:Yolov8Face",
}
LANDMARKERS = {
    "dlib-68": "omote.perception.dlib68:Dlib68",
    "pipnet-68": "omote.perception.uniface_landmarkers:Pipnet68",
    "pipnet-98": "omote.perception.uniface_landmarkers:Pipnet98",
}
IDENTIFIERS = {
    "dlib-resnet": "omote.perception.dlib_resnet:DlibResnet",
    "arcface": "omote.perception.uniface_identifiers:ArcFace",
    "adaface": "omote.perception.uniface_identifiers:AdaFace",
}
SEGMENTERS = {
    "components": "omote.perception.hulls:Components",
    "extended": "omote.perception.hulls:Extended",
    "bisenet": "omote.perception.uniface_segmenters:BiSeNet",
    "xseg": "omote.perception.uniface_segmenters:XSeg",
}
ASSESSORS = {
    "measured": "omote.perception.measured:Measured",
    "ediffiqa": "omote.perception.uniface_assessors:Ediffiqa",
}
_EXTRA = ("uniface", "onnxruntime")


def detector(name: str, threshold: float) -> Detector:
    """Return the detector of a name, keeping what is at least as certain as `threshold`."""
    return cast(Detector, _resolved(DETECTORS, "omote.detectors", name)(threshold))


def landmarker(name: str) -> Landmarker:
    """Return the landmarker of a name."""
    return cast(Landmarker, _resolved(LANDMARKERS, "omote.landmarkers", name)())


def identifier(name: str) -> Identifier:
    """Return the identifier of a name."""
    return cast(Identifier, _resolved(IDENTIFIERS, "omote.identifiers", name)())


def segmenter(name: str) -> Segmenter:
    """Return the segmenter of a name."""
    return cast(Segmenter, _resolved(SEGMENTERS, "omote.segmenters", name)())


def assessor(name: str) -> Assessor:
    """Return the assessor of a name."""
    return cast(Assessor, _resolved(ASSESSORS, "omote.assessors", name)())


def _resolved(table: Mapping[str, str], group: str, name: str) -> Any:  # noqa: ANN401 - any class may be registered
    with extra_explained(name):
        return resolve(table, group, name)


@contextmanager
def extra_explained(what: str) -> Iterator[None]:
    """Turn the lack of the extra `models`, which shows when something imports it, into one line for the user.

    Args:
        what: what needs it.

    Raises:
        OmoteError: a package of the extra is not installed.
    """
    try:
        yield
    except ImportError as fault:
        # uniface says in its own words that onnxruntime is missing; the fault behind it has the name.
        missing = getattr(fault.__cause__ or fault, "name", None)
        if missing not in _EXTRA:
            raise
        raise OmoteError(f"{what} needs the package {missing}", do="pip install 'omote[models]'") from fault
