"""With how many bits networks compute: which kind of number is the fastest that is safe on a device, and why.

bf16 has fp32's range with 8 bits of precision; fp16 has 11 bits but a small range, so that its loss must be scaled.
Weights, the optimizer and the loss stay fp32 in any case: only the network itself runs under `Precision.autocast`.

Measured on two cores of an AMD EPYC with AVX512-BF16 and torch 2.13, whole steps, bf16 against fp32: nano 1.6 times as
fast at batch 16 and 1.8 at 64, lightweight 2.0 at 8 and 2.1 at 16. Loss (SSIM + MSE of both people) after 200 steps of
nano on soft blobs, three seeds: fp32 0.848, 0.870, 0.851; bf16 0.835, 0.872, 0.836. Either gives the same bits when run
again. A CPU that has no instruction for bf16 takes 25 to 30 times as long as with fp32.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch.nn.functional import conv2d

from omote.core.errors import SettingError

PrecisionName = Literal["fp32", "bf16", "fp16"]

_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
_CPU_FLAGS = {"avx512_bf16", "amx_bf16", "bf16"}
"""What Linux calls the instructions that multiply bf16: two of x86, one of ARM."""
_ROUNDS = 3
_SHAPE = (16, 64, 16, 16)
"""What is convolved to time a CPU: 151 million multiply-adds forward, some 10 ms with backward."""


@dataclass(frozen=True, slots=True, eq=False)
class Precision:
    """How a network computes.

    Attributes:
        name: to be kept in a model's state, so that a resumed run computes as before and is not timed anew.
        why: the reason for it, as a line for the log.
        device: where it computes.
        scaler: keeps small gradients of fp16 from vanishing; None for the others.
    """

    name: PrecisionName
    why: str
    device: torch.device
    scaler: torch.amp.GradScaler | None = None

    def autocast(self) -> AbstractContextManager[object]:
        """Return the context for a network's forward pass. Losses belong outside, on what it made `.float()`."""
        if self.name == "fp32":
            return nullcontext()
        return torch.autocast(self.device.type, _DTYPES[self.name])


def pick_precision(name: Literal["auto", "fp32", "bf16", "fp16"], device: torch.device) -> Precision:
    """Return the precision of a name; `auto` is the fastest that is safe on the device.

    `auto` on a CPU with bf16 times both kinds, in 0.15 s. A run keeps the name it got, since a time is never twice the
    same: 1.5 to 1.8 times as fast in 24 calls on the machine above while six other processes kept it busy.

    Raises:
        SettingError: the device does not have it.
    """
    picked, why = _fastest(device) if name == "auto" else (name, "asked for")
    if picked == "fp16" and device.type != "cuda":
        raise SettingError(f"no fp16 on the device {device.type}", do="choose auto, bf16 or fp32")
    if picked == "bf16" and device.type == "mps":
        raise SettingError("no bf16 on the device mps", do="choose auto or fp32")
    if picked == "bf16" and device.type == "cuda" and _capability(device) < (8, 0):
        raise SettingError("this GPU has no bf16", do="choose auto, fp16 or fp32")
    return Precision(picked, f"{picked}: {why}", device, torch.amp.GradScaler("cuda") if picked == "fp16" else None)


@contextmanager
def set_tf32(on: bool) -> Iterator[None]:
    """Let GPUs multiply fp32 with TF32's 11 bits, or forbid it, in products and convolutions; as before at the end.

    `Team.join` comes before it, since Fabric looks at the setting. cuDNN's `benchmark` is put back as well.
    """
    before, cudnn = torch.get_float32_matmul_precision(), torch.backends.cudnn
    flags = {"enabled": cudnn.enabled, "benchmark": cudnn.benchmark, "deterministic": cudnn.deterministic}
    try:
        with cudnn.flags(**flags, benchmark_limit=cudnn.benchmark_limit, allow_tf32=on):
            # Not fp32_precision of torch.backends.cuda.matmul: where that alone is set, Inductor's question fails.
            torch.set_float32_matmul_precision("high" if on else "highest")
            yield
    finally:
        torch.set_float32_matmul_precision(before)


def _fastest(device: torch.device) -> tuple[PrecisionName, str]:
    if device.type == "cuda":
        return _fastest_of_gpu(_capability(device))
    if device.type != "cpu":
        return "fp32", f"the others are not tried on {device.type}"
    if not _CPU_FLAGS & _cpu_flags():
        return "fp32", "this CPU multiplies bf16 by emulation"
    times = _speed_up()
    return ("bf16" if times > 1 else "fp32"), f"a convolution in bf16 is {times:.1f} times as fast as in fp32 here"


def _fastest_of_gpu(capability: tuple[int, int]) -> tuple[PrecisionName, str]:
    if capability >= (8, 0):
        return "bf16", "this GPU has it"
    if capability >= (7, 0):
        return "fp16", "this GPU has no bf16"
    return "fp32", "this GPU is not faster with 16 bits"


def _capability(device: torch.device) -> tuple[int, int]:
    return torch.cuda.get_device_capability(device)


def _cpu_flags() -> set[str]:
    """Return what Linux says the CPU can do; nothing on other systems."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return set()
    return next((set(line.split()) for line in lines if line.startswith(("flags", "Features"))), set())


def _speed_up() -> float:
    """Say how many times as fast as in fp32 a convolution, forward and backward, is in bf16 on the CPU."""
    seconds: dict[bool, list[float]] = {False: [], True: []}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # else, on a busy machine, it is threads' waits for each other that are timed
    try:
        for _ in range(_ROUNDS):
            for low, taken in seconds.items():
                taken.append(_convolution(low))
    finally:
        torch.set_num_threads(threads)
    return min(seconds[False]) / min(seconds[True])


def _convolution(low: bool) -> float:
    """Return the seconds of this thread's own computing, whatever else the machine does."""
    x_BCHW = torch.ones(_SHAPE, requires_grad=True)
    weight = torch.ones(_SHAPE[1], _SHAPE[1], 3, 3, requires_grad=True)
    started = time.thread_time()
    with torch.autocast("cpu", torch.bfloat16, enabled=low):
        made = conv2d(x_BCHW.to(memory_format=torch.channels_last), weight, padding=1)
    made.float().sum().backward()  # type: ignore[no-untyped-call]
    return time.thread_time() - started
