"""How near two people must be to be one, among many: the more there are, the nearer the nearest two strangers come.

An identifier's distance of one person holds for two pictures. Among thousands of people some two are always nearer
than that by chance, and one such pair makes two people one. So the limit is taken where, by the distances of the
folder's own people, few chance pairs are left.
"""

import numpy as np
from scipy.special import ndtri

from omote.core.types import Floats
from omote.curation.linkage import Groups

_FEW = 20  # people whose distances say nothing about the rare ones among them
_SAMPLE = 2048  # people whose distances are looked at
_CHANCE = 0.01  # chance pairs for each person that are put up with; one pair in all always is
_LOW = 0.05  # share of distances that tells, with the median, how they spread: the nearer half, since that end matters


def limit_among(groups: Groups, least: float) -> float:
    """Return the distance, `least` to 1, up to which two groups are to be taken for one person.

    The squared distance of two strangers is a sum over many directions, near a gamma variable; its cube root is near
    normal (Wilson and Hilferty 1931). Median and low quantile of it tell how many pairs lie below any distance.

    Args:
        groups: joined up to 1; hardly any two of them are one person.
        least: it does not get smaller than this, however many people there are.
    """
    if len(groups) < _FEW:
        return 1.0
    middle, low = np.quantile(np.cbrt(_squares(groups)), [0.5, _LOW])
    spread = (low - middle) / ndtri(_LOW)
    share = max(1.0, _CHANCE * len(groups)) / (len(groups) * (len(groups) - 1) / 2)
    limit = max(0.0, middle + ndtri(share) * spread) ** 1.5
    return float(np.clip(limit, least, 1.0))


def _squares(groups: Groups) -> Floats:
    """Return the mean squared distances of pairs of groups."""
    rows = np.random.default_rng(0).permutation(len(groups))[:_SAMPLE]
    means, spreads = groups.means[rows], groups.spreads[rows]
    own = np.einsum("nd,nd->n", means, means) + spreads
    squares: Floats = (own[:, None] + own - 2 * means @ means.T)[np.triu_indices(len(rows), 1)]
    return np.maximum(squares, 0)
