"""faceswap's masks and ours: what each is called, and how one becomes the other without its pixels being touched.

faceswap knows a closed list of names. `components` and `extended` are not among them, since it draws those from the
points whenever it needs them; any mask of ours that has no twin there goes as its "custom" one, of which it has one for
the face and one for the whole head.
"""

from collections.abc import Mapping

import numpy as np

from omote.alignments.foreign.centres import map_from_centres, map_to_centres
from omote.alignments.foreign.checked import affine, octets, table, text, whole
from omote.alignments.mask import MaskRecord
from omote.imaging.geometry import scale_of

_LINEAR, _AREA = 1, 3  # OpenCV's numbers
_MOST_BYTES = 8 * 2**20
_DRAWN_BY_THEM = frozenset({"components", "extended"})
_SAME = frozenset({"unet-dfl", "vgg-clear", "vgg-obstructed"})
_OURS = {"bisenet-fp_face": "bisenet", "bisenet-fp_head": "bisenet", "custom_face": "custom", "custom_head": "custom"}
_WIDE = "-head"  # ours where both are there: bisenet and bisenet-head
_TWINS = {"bisenet": "bisenet-fp", "bisenet-head": "bisenet-fp", "custom": "custom", "custom-head": "custom"}


def masks_from(value: object) -> dict[str, MaskRecord]:
    """Return the masks of a face of faceswap's, by our names.

    Raises:
        ValueError, TypeError, KeyError: one is not what it should be.
        AlignmentsError: one is damaged.
    """
    found: dict[str, MaskRecord] = {}
    for theirs, facts in sorted(table(value).items(), key=lambda item: str(item[0])[:64]):
        name = text(theirs)
        if name not in _DRAWN_BY_THEM:
            ours = _OURS.get(name, name)
            found[f"{ours}{_WIDE}" if ours in found else ours] = _mask(table(facts))
    return found


def _mask(facts: Mapping[object, object]) -> MaskRecord:
    matrix = map_from_centres(affine(facts["affine_matrix"]))
    centering = facts.get("stored_centering", "face")  # not told before version 2.2
    mask = MaskRecord(whole(facts["stored_size"]), text(centering), matrix, octets(facts["mask"], _MOST_BYTES))
    mask.pixels()  # a damaged one is told now and not in the middle of a conversion
    return mask


def masks_to(masks: Mapping[str, MaskRecord]) -> tuple[dict[str, object], list[str]]:
    """Return our masks as faceswap keeps them, and the names of those for which it has no place."""
    kept: dict[str, object] = {}
    lost = []
    # Those that have a name of their own first, so that no other takes it.
    for name, mask in sorted(masks.items(), key=lambda item: item[0] not in _TWINS):
        if name in _DRAWN_BY_THEM:
            continue
        part = "head" if mask.centering == "head" else "face"
        theirs = name if name in _SAME else f"{_TWINS.get(name, 'custom')}_{part}"
        if theirs in kept:
            lost.append(name)
        else:
            kept[theirs] = _facts(mask)
    return kept, lost


def _facts(mask: MaskRecord) -> dict[str, object]:
    matrix = map_to_centres(mask.matrix)
    back = 1 / scale_of(matrix)
    return {
        "mask": mask.packed,
        "affine_matrix": [*matrix.tolist(), np.eye(3)[2].tolist()],
        "interpolator": _LINEAR if back > 1 else _AREA,
        "stored_size": mask.size,
        "stored_centering": mask.centering,
    }
