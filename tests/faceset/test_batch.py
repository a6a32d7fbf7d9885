import torch

from omote.faceset.batch import Batch, Stored


def test_parts_come_in_the_order_that_they_are_unpacked_in() -> None:
    assert Stored._fields == ("faces", "landmarks", "towards")
    assert Batch._fields == ("feed", "target", "mask", "eyes", "mouth")


def test_a_batch_is_changed_part_by_part() -> None:
    parts = [torch.full((1,), float(number)) for number in range(5)]
    changed = Batch(*parts)._replace(target=torch.zeros(1))
    assert [float(part) for part in changed] == [0, 0, 2, 3, 4]
