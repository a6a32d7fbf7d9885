"""The plugins of perception by name. Other packages add theirs by entry points in the groups named here."""

from typing import cast

from omote.core.registry import resolve
from omote.perception.contracts import Assessor, Detector, Identifier, Landmarker, Segmenter

DETECTORS = {"centerface": "omote.perception.centerface:CenterFace"}
LANDMARKERS = {"dlib-68": "omote.perception.dlib68:Dlib68"}
IDENTIFIERS = {"dlib-resnet": "omote.perception.dlib_resnet:DlibResnet"}
SEGMENTERS = {
    "components": "omote.perception.hulls:Components",
    "extended": "omote.perception.hulls:Extended",
}
ASSESSORS = {"measured": "omote.perception.measured:Measured"}


def detector(name: str, threshold: float) -> Detector:
    """Return the detector of a name, keeping what is at least as certain as `threshold`."""
    return cast(Detector, resolve(DETECTORS, "omote.detectors", name)(threshold))


def landmarker(name: str) -> Landmarker:
    """Return the landmarker of a name."""
    return cast(Landmarker, resolve(LANDMARKERS, "omote.landmarkers", name)())


def identifier(name: str) -> Identifier:
    """Return the identifier of a name."""
    return cast(Identifier, resolve(IDENTIFIERS, "omote.identifiers", name)())


def segmenter(name: str) -> Segmenter:
    """Return the segmenter of a name."""
    return cast(Segmenter, resolve(SEGMENTERS, "omote.segmenters", name)())


def assessor(name: str) -> Assessor:
    """Return the assessor of a name."""
    return cast(Assessor, resolve(ASSESSORS, "omote.assessors", name)())
