import time
from pathlib import Path

import pytest
import torch
from torch import nn

from omote.core.errors import SettingError
from omote.runtime import precision
from omote.runtime.precision import pick_precision, set_tf32

CPU, CUDA, MPS = (torch.device(kind) for kind in ("cpu", "cuda", "mps"))


def cpu_of(monkeypatch: pytest.MonkeyPatch, cpuinfo: str | None, seconds: dict[bool, float]) -> None:
    """Pretend to be a machine whose convolution takes so long in fp32 (False) and in bf16 (True)."""

    def read(*_: object) -> str:
        if cpuinfo is None:
            raise FileNotFoundError
        return cpuinfo

    monkeypatch.setattr(Path, "read_text", read)
    monkeypatch.setattr(precision, "_convolution", lambda low: seconds[low])


def gpu_of(monkeypatch: pytest.MonkeyPatch, *capability: int) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)


@pytest.mark.parametrize(
    ("capability", "name"), [((9, 0), "bf16"), ((8, 0), "bf16"), ((7, 5), "fp16"), ((6, 1), "fp32")]
)
def test_a_gpu_takes_what_it_has(monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], name: str) -> None:
    gpu_of(monkeypatch, *capability)
    monkeypatch.setattr(torch.cuda.amp.common, "amp_definitely_not_available", lambda: False)
    picked = pick_precision("auto", CUDA)
    assert picked.name == name
    assert picked.why.startswith(f"{name}: this GPU ")
    assert (picked.scaler is not None) == (name == "fp16")


@pytest.mark.parametrize(
    ("cpuinfo", "seconds", "name"),
    [
        ("flags\t: fpu avx2 avx512f", {False: 9, True: 1}, "fp32"),  # never timed: emulation is not worth a look
        ("flags\t: fpu avx512_bf16 avx512f", {False: 2, True: 1}, "bf16"),
        ("Features\t: fp asimd bf16", {False: 2, True: 1}, "bf16"),
        ("flags\t: fpu amx_bf16", {False: 1, True: 1.5}, "fp32"),
        (None, {False: 2, True: 1}, "fp32"),
    ],
)
def test_a_cpu_takes_bf16_where_it_is_native_and_faster(
    monkeypatch: pytest.MonkeyPatch, cpuinfo: str | None, seconds: dict[bool, float], name: str
) -> None:
    cpu_of(monkeypatch, cpuinfo, seconds)
    assert pick_precision("auto", CPU).name == name


def test_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu_of(monkeypatch, "flags: avx2", {})
    assert pick_precision("auto", CPU).why == "fp32: this CPU multiplies bf16 by emulation"
    cpu_of(monkeypatch, "flags: avx512_bf16", {False: 0.018, True: 0.01})
    assert pick_precision("auto", CPU).why == "bf16: a convolution in bf16 is 1.8 times as fast as in fp32 here"
    assert pick_precision("auto", MPS).why == "fp32: the others are not tried on mps"
    assert pick_precision("bf16", CPU).why == "bf16: asked for"


def test_what_a_device_lacks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    gpu_of(monkeypatch, 7, 5)
    with pytest.raises(SettingError, match=r"^this GPU has no bf16 \(choose auto, fp16 or fp32\)$"):
        pick_precision("bf16", CUDA)
    with pytest.raises(SettingError, match=r"^no fp16 on the device cpu"):
        pick_precision("fp16", CPU)
    for name in ("bf16", "fp16"):
        with pytest.raises(SettingError, match=f"^no {name} on the device mps"):
            pick_precision(name, MPS)


def test_a_network_computes_in_what_was_picked_and_keeps_fp32_weights() -> None:
    network, x = nn.Conv2d(3, 8, 3), torch.rand(2, 3, 8, 8)
    made = {}
    for name in ("fp32", "bf16"):
        with pick_precision(name, CPU).autocast():
            made[name] = network(x)
    assert (made["fp32"].dtype, made["bf16"].dtype) == (torch.float32, torch.bfloat16)
    assert (made["bf16"].float() - made["fp32"]).abs().max() < 2**-7 * made["fp32"].abs().max() * 2
    made["bf16"].float().sum().backward()
    assert network.weight.grad is not None
    assert network.weight.grad.dtype == torch.float32


def test_timing_a_cpu_is_short_and_right_about_emulation() -> None:
    started = time.perf_counter()
    times = precision._speed_up()
    assert times > 0
    if precision._CPU_FLAGS.isdisjoint(precision._cpu_flags()):
        assert times < 1
    assert time.perf_counter() - started < 10  # 0.1 s on a machine that does nothing else


@pytest.mark.parametrize("on", [True, False])
def test_tf32_is_as_before_afterwards_whatever_happens(on: bool) -> None:
    def settings() -> tuple[object, ...]:
        return (
            torch.get_float32_matmul_precision(),
            torch.backends.cuda.matmul.allow_tf32,
            torch.backends.cudnn.allow_tf32,
            torch.backends.cudnn.benchmark,
        )

    before = settings()
    with pytest.raises(KeyError), set_tf32(on):
        assert torch.backends.cuda.matmul.allow_tf32 is on
        assert torch.backends.cudnn.allow_tf32 is on
        with set_tf32(not on):
            assert torch.backends.cuda.matmul.allow_tf32 is not on
        assert torch.backends.cuda.matmul.allow_tf32 is on
        raise KeyError
    assert settings() == before
