from omote.perception.licences import LICENCES
from omote.perception.registry import ASSESSORS, DETECTORS, IDENTIFIERS, LANDMARKERS, SEGMENTERS


def test_every_plugin_of_ours_says_its_terms_and_no_other() -> None:
    ours = DETECTORS | LANDMARKERS | IDENTIFIERS | SEGMENTERS | ASSESSORS
    assert LICENCES.keys() == ours.keys()
