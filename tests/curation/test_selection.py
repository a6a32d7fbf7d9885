import numpy as np
import pytest

from omote.core.errors import Stopped
from omote.core.types import Floats
from omote.curation.aspects import Aspects
from omote.curation.selection import chosen, gaps, room


def talking(count: int, seed: int = 0) -> Aspects:
    """Faces as footage gives them: mostly ahead and much alike, a few turned far, some blurred."""
    rng = np.random.default_rng(seed)

    def rare(spread: float) -> Floats:
        return (rng.standard_t(3, count) * spread).astype(np.float32)

    return Aspects(
        rare(8), rare(4), np.abs(rare(2)), (1 + rare(0.1)).astype(np.float32), 120 + rare(8), rare(0.04), rare(0.02),
        rng.gamma(3, 25, count).astype(np.float32), np.full(count, 400, np.float32), np.full(count, 2, np.float32),
        np.ones(count, np.float32),
    )  # fmt: skip


def like(seen: Aspects, places: list[int], sharpness: list[float]) -> Aspects:
    columns = {name: getattr(seen, name)[places] for name in Aspects.__slots__}
    return Aspects(**columns | {"sharpness": np.array(sharpness, np.float32)})


def test_what_is_kept_covers_all_far_better_than_chance_or_sharpness() -> None:
    seen = talking(3000)
    keep = chosen(seen, 150)
    assert len(set(keep.tolist())) == 150
    by_chance = np.random.default_rng(1).permutation(3000)[:150]
    sharpest = np.argsort(-seen.sharpness)[:150]
    ours, chance, sharp = (gaps(seen, places) for places in (keep, by_chance, sharpest))
    assert ours.max() < 0.2 * min(chance.max(), sharp.max())
    rare = [float(np.percentile(each, 99)) for each in (ours, chance, sharp)]
    assert rare[0] < 0.7 * min(rare[1:])


def test_gaps_are_the_distance_to_the_nearest_that_is_kept() -> None:
    seen = talking(200)
    keep = np.array([3, 50, 120])
    where = room(seen)
    slow = np.array([min(float(np.linalg.norm(one - where[other])) for other in keep) for one in where])
    assert gaps(seen, keep) == pytest.approx(slow, abs=1e-5)


def test_near_duplicates_go_first_and_the_sharpest_stays() -> None:
    seen = talking(12)
    # Each face three times: as it is, blurred, and a little less sharp.
    places = [place for place in range(12) for _ in range(3)]
    thrice = like(seen, places, [100, 5, 90] * 12)
    assert sorted(chosen(thrice, 12).tolist()) == list(range(0, 36, 3))
    rest = chosen(thrice, 24)
    assert set(rest[12:].tolist()) == set(range(2, 36, 3))


def test_what_is_odd_because_it_is_bad_is_not_sought() -> None:
    seen = talking(400)
    seen.yaw[7], seen.confidence[7] = 60, 0.1
    seen.pitch[8], seen.sharpness[8] = 40, 1
    worse = chosen(seen, 25)
    assert 7 not in worse
    assert 8 not in worse


def test_the_choice_is_the_same_each_time_and_longer_ones_begin_alike() -> None:
    seen = talking(500)
    assert chosen(seen, 60).tolist() == chosen(seen, 60).tolist()
    assert chosen(seen, 90)[:60].tolist() == chosen(seen, 60).tolist()
    assert sorted(chosen(seen, 900).tolist()) == list(range(500))


def test_someone_may_stop_it() -> None:
    def stop(done: int, total: int) -> None:
        assert (done, total) == (256, 300)
        raise Stopped

    with pytest.raises(Stopped):
        chosen(talking(400), 300, stop)


@pytest.mark.slow
def test_a_hundred_thousand_faces_take_seconds_each_thousand() -> None:
    seen = talking(100_000)
    keep = chosen(seen, 1000)
    assert gaps(seen, keep).max() < 0.2 * gaps(seen, np.arange(1000)).max()
