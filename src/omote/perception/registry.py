"""The plugins of perception by name. Other packages add theirs by entry points in the groups named here."""

from typing import cast

from omote.core.registry import resolve
from omote.perception.contracts import Detector, Identifier, Landmarker

DETECTORS = {"centerface": "omote.perception.centerface:CenterFace"}
LANDMARKERS = {"dlib-68": "omote.perception.dlib68:Dlib68"}
IDENTIFIERS = {"dlib-resnet": "omote.perception.dlib_resnet:DlibResnet"}


def detector(name: str, threshold: float) -> Detector:
    """Return the detector of a name, keeping what is at least as certain as `threshold`."""
    return cast(Detector, resolve(DETECTORS, "omote.detectors", name)(threshold))


def landmarker(name: str) -> Landmarker:
    """Return the landmarker of a name."""
    return cast(Landmarker, resolve(LANDMARKERS, "omote.landmarkers", name)())


def identifier(name: str) -> Identifier:
    """Return the identifier of a name."""
    return cast(Identifier, resolve(IDENTIFIERS, "omote.identifiers", name)())
