"""Batch after batch of stored faces, on the device that learns from them."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal, NamedTuple, Protocol, Self

import torch
from torch import Tensor

from omote.faceset.batch import Stored
from omote.faceset.load import Faceset
from omote.faceset.near import nearest
from omote.faceset.sampler import Sampler

Keep = Literal["auto", "device", "memory"]

_SHARE = 4  # one person's faces may fill so small a part of what is free: half of it is left after both


class Stream:
    """Draws one person's batches, for one of the processes that learn together.

    Faces lie on the device where they fit. Where they do not they stay in memory, and while a batch is learnt from, a
    thread gathers the next and copies it. Either way gives the same batches.
    """

    def __init__(
        self,
        faceset: Faceset,
        sampler: Sampler,
        batch: int,
        device: torch.device,
        *,
        keep: Keep = "auto",
        rank: int = 0,
        world: int = 1,
        among: Tensor | None = None,
        towards: Faceset | None = None,
    ) -> None:
        """Begin; from now on the sampler is this stream's alone.

        Args:
            faceset: the faces.
            sampler: of as many faces as `among` has, or the whole set; the same in all processes.
            batch: faces that a batch has in each process.
            device: where batches are wanted.
            keep: where faces lie; auto: on the device while they fill at most a quarter of its free memory.
            rank: which process this is, from 0.
            world: how many there are: together they draw what one would draw with a batch so many times as large.
            among: (K,) int64 indices of the faces to draw from, which need no copy so; None: all.
            towards: the other person, of whose ten likest faces one is drawn for each; None: a face's own points.
        """
        near = None if towards is None else nearest(faceset.landmarks, towards.landmarks)
        draws = _Draws(sampler, batch, rank, world, among, near)
        parts = _Parts(faceset.faces, faceset.landmarks, None if towards is None else towards.landmarks)
        resident = keep == "device" or (keep == "auto" and _fits(faceset.faces.nbytes, device))
        self._way: _Way = (_Resident if resident else _Ahead)(draws, parts, device)

    def next(self) -> Stored:
        """Return the next batch, on the device."""
        return self._way.next()

    def state(self) -> dict[str, Tensor]:
        """Return the sampler's state after the last batch that was handed out, whatever was gathered since."""
        return self._way.state()

    def restore(self, state: dict[str, Tensor]) -> None:
        """Go on after the batch at which another stream of the same faces had this state.

        Raises:
            ValueError: it is the state of a larger set.
        """
        self._way.restore(state)


class _Way(Protocol):
    def next(self) -> Stored: ...

    def state(self) -> dict[str, Tensor]: ...

    def restore(self, state: dict[str, Tensor]) -> None: ...


class _Draws:
    """Which faces a process' next batch has."""

    def __init__(
        self, sampler: Sampler, batch: int, rank: int, world: int, among: Tensor | None, near: Tensor | None
    ) -> None:
        self.sampler, self._together, self._among, self._near = sampler, batch * world, among, near
        self._mine = slice(rank * batch, (rank + 1) * batch)

    def draw(self) -> Tensor:
        """Return (1, B) int64 faces or, where faces are bent towards others, (2, B): which other for each, too."""
        drawn = self.sampler.draw(self._together)
        faces = drawn if self._among is None else self._among[drawn]
        if self._near is None:
            return faces[None, self._mine]
        which = torch.randint(self._near.shape[1], (self._together,), generator=self.sampler.generator)
        return torch.stack([faces, self._near[faces, which]])[:, self._mine]


class _Parts(NamedTuple):
    """All that batches are gathered from, in one place; `other` are the other person's landmarks, if they matter."""

    faces: Tensor
    landmarks: Tensor
    other: Tensor | None

    def to(self, device: torch.device) -> Self:
        return self._replace(
            faces=self.faces.to(device),
            landmarks=self.landmarks.to(device),
            other=None if self.other is None else self.other.to(device),
        )

    def gather(self, drawn: Tensor) -> Stored:
        """Make a batch of what `_Draws` drew; the indices lie where the parts do."""
        landmarks = self.landmarks.index_select(0, drawn[0])
        towards = landmarks if self.other is None else self.other.index_select(0, drawn[1])
        return Stored(self.faces.index_select(0, drawn[0]), landmarks, towards)


class _Resident:
    """Faces on the device; on the CPU that is where they are already."""

    def __init__(self, draws: _Draws, parts: _Parts, device: torch.device) -> None:
        self._draws, self._parts, self._device = draws, parts.to(device), device

    def next(self) -> Stored:
        return self._parts.gather(_sent(self._draws.draw(), self._device))

    def state(self) -> dict[str, Tensor]:
        return self._draws.sampler.state()

    def restore(self, state: dict[str, Tensor]) -> None:
        self._draws.sampler.restore(state)


class _Ahead:
    """Faces in memory; a thread works one batch ahead."""

    def __init__(self, draws: _Draws, parts: _Parts, device: torch.device) -> None:
        self._draws, self._parts, self._device = draws, parts, device
        self._side = torch.cuda.Stream(device) if device.type == "cuda" else None  # type: ignore[no-untyped-call]
        self._thread = ThreadPoolExecutor(1, "faces")
        self._coming: Future[Stored] | None = None
        self._state = draws.sampler.state()

    def next(self) -> Stored:
        stored = (self._coming or self._begin()).result()
        self._coming = self._begin()
        if self._side is not None:
            # Their memory is the side stream's; it must not be given out again before this stream is done with it.
            for tensor in stored:
                tensor.record_stream(torch.cuda.current_stream(self._device))
        return stored

    def state(self) -> dict[str, Tensor]:
        return self._state

    def restore(self, state: dict[str, Tensor]) -> None:
        self._draws.sampler.restore(state)
        self._coming, self._state = None, self._draws.sampler.state()

    def _begin(self) -> Future[Stored]:
        self._state = self._draws.sampler.state()
        return self._thread.submit(self._gather, self._draws.draw())

    def _gather(self, drawn: Tensor) -> Stored:
        gathered = self._parts.gather(drawn)
        if self._side is None:
            return Stored(*(tensor.to(self._device) for tensor in gathered))
        with torch.cuda.stream(self._side):
            moved = Stored(*(_sent(tensor, self._device) for tensor in gathered))
        self._side.synchronize()  # here, in the thread: whoever takes the batch has nothing to wait for
        return moved


def _sent(tensor: Tensor, device: torch.device) -> Tensor:
    """Copy to a device; from pinned memory, so that the host does not wait for what the device has still to do."""
    pinned = tensor.pin_memory() if device.type == "cuda" else tensor
    return pinned.to(device, non_blocking=True)


def _fits(size: int, device: torch.device) -> bool:
    """Say whether so many bytes may stay on a device for good. Where the CPU shares its memory they always may."""
    return device.type != "cuda" or size <= torch.cuda.mem_get_info(device)[0] // _SHARE
