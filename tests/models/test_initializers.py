from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from omote.models.blocks import conv, dense, up
from omote.models.initializers import conv_aware, icnr, initialise, sub_pixel_convolutions
from omote.models.registry import build


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def spectra(weight: Tensor) -> np.ndarray:
    outputs, inputs = weight.shape[:2]
    return np.fft.fft2(weight.double().numpy()).reshape(outputs, inputs, -1)


@pytest.mark.parametrize("shape", [(5, 9, 3, 3), (4, 6, 3, 3), (3, 25, 5, 5), (3, 4, 2, 2), (2, 12, 3, 4)])
def test_before_noise_the_spectra_of_a_filter_are_orthogonal_and_of_one_length(shape: tuple[int, ...]) -> None:
    for filter_spectra in spectra(conv_aware(shape, seeded(), noise=0)):
        gram = filter_spectra @ filter_spectra.conj().T
        np.testing.assert_allclose(gram, gram[0, 0] * np.eye(shape[1]), atol=1e-5 * abs(gram[0, 0]))


def test_more_inputs_than_a_basis_holds_take_several_bases() -> None:
    (filter_spectra,) = spectra(conv_aware((1, 21, 3, 3), seeded(), noise=0))
    gram = np.abs(filter_spectra @ filter_spectra.conj().T) / np.linalg.norm(filter_spectra[0]) ** 2
    for first, last in [(0, 9), (9, 18), (18, 21)]:
        np.testing.assert_allclose(gram[first:last, first:last], np.eye(last - first), atol=1e-5)
    assert gram[:9, 9:18].max() > 0.3


def test_kernels_use_all_the_numbers_they_have_not_only_even_ones() -> None:
    kernels = conv_aware((200, 1, 3, 3), seeded(), noise=0).flatten(1)
    spread = torch.linalg.eigvalsh(kernels.T @ kernels)
    assert spread.min() > spread.max() / 3


def test_bases_follow_haar_s_measure() -> None:
    # By it each entry of a random orthonormal basis of n has mean 0, mean square 1/n and mean fourth power 3/(n(n+2)).
    entries = conv_aware((40_000, 3, 2, 2), seeded(), noise=0)[:, 0].flatten(1) / np.sqrt(2 / 12)
    np.testing.assert_allclose(entries.mean(0), 0, atol=0.02)
    np.testing.assert_allclose(entries.square().mean(0), 1, rtol=0.03)
    np.testing.assert_allclose(entries.pow(4).mean(0), 3 * 4 / 6, rtol=0.05)


def test_noise_is_of_the_strength_asked_for_against_spectra_of_length_one() -> None:
    clean, noisy = (conv_aware((300, 9, 3, 3), seeded(), noise=noise) for noise in (0.0, 0.05))
    share = 1 - (torch.cosine_similarity(clean.flatten(), noisy.flatten(), 0)) ** 2
    assert share.item() == pytest.approx(0.05**2 / (0.05**2 + 1 / 81), rel=0.03)


@pytest.mark.parametrize("shape", [(256, 128, 3, 3), (64, 3, 5, 5), (512, 40, 3, 3)])
def test_the_variance_is_he_s(shape: tuple[int, ...]) -> None:
    weight = conv_aware(shape, seeded())
    assert weight.var().item() == pytest.approx(2 / weight[0].numel(), rel=0.01)


def test_activations_keep_their_size_through_many_layers() -> None:
    layers = [nn.Conv2d(64, 64, 3, padding=1, padding_mode="circular", bias=False) for _ in range(8)]
    chain = nn.Sequential(*(step for layer in layers for step in (layer, nn.ReLU())))
    initialise(chain, "convaware", icnr=False, generator=seeded())
    x = torch.randn(4, 64, 16, 16, generator=seeded(1))
    assert 0.5 < (chain(x).square().mean() / x.square().mean()).item() < 2


def test_the_generator_alone_decides() -> None:
    torch.manual_seed(1)
    one = conv_aware((8, 20, 3, 3), seeded(3))
    torch.manual_seed(2)
    assert torch.equal(one, conv_aware((8, 20, 3, 3), seeded(3)))
    assert not torch.equal(one, conv_aware((8, 20, 3, 3), seeded(4)))


@pytest.mark.parametrize("factor", [2, 3])
def test_with_icnr_a_sub_pixel_convolution_enlarges_plainly(factor: int) -> None:
    torch.manual_seed(0)
    layer = conv(3, 5 * factor**2, 3)
    assert isinstance(layer, nn.Conv2d)
    nn.init.normal_(layer.bias)  # type: ignore[arg-type]
    chain = nn.Sequential(layer, nn.BatchNorm2d(5 * factor**2), nn.LeakyReLU(0.1), nn.PixelShuffle(factor))
    initialise(chain, "he_uniform", icnr=True, generator=seeded())
    chain.eval()
    x = torch.rand(2, 3, 6, 6)
    nearest = np.kron(chain[:-1](x)[:, :: factor**2].detach().numpy(), np.ones((factor, factor)))
    np.testing.assert_allclose(chain(x).detach().numpy(), nearest, atol=1e-6)
    assert nearest.shape == (2, 5, 6 * factor, 6 * factor)


def test_icnr_keeps_the_law_and_the_channels_apart() -> None:
    torch.manual_seed(0)
    drawn = torch.randn(64 * 4, 32, 3, 3)
    made = icnr(drawn, 2)
    assert torch.equal(made[::4], drawn[::4])
    assert made.std().item() == pytest.approx(1, rel=0.02)
    assert len(torch.unique(made, dim=0)) == 64


def test_convaware_with_icnr_is_both() -> None:
    network = build("nano", {})
    initialise(network, "convaware", icnr=True, generator=seeded())
    layer, factor = next(sub_pixel_convolutions(network))
    assert torch.equal(layer.weight[0], layer.weight[factor**2 - 1])
    kernels = functional.normalize(layer.weight.detach()[:: factor**2, :9].flatten(2), dim=2)
    cosines = (kernels @ kernels.mT)[:, ~torch.eye(9, dtype=torch.bool)]
    assert cosines.square().mean() < 1 / 9 / 2  # 1/9 is what independent kernels of nine numbers have


@pytest.mark.parametrize(
    ("chain", "feeding"),
    [
        (lambda: nn.Sequential(conv(3, 8, 3), conv(8, 12, 4), nn.PixelShuffle(2)), ["1.1"]),
        (lambda: nn.Sequential(up(3, 4), up(4, 3)), ["0.0", "1.0"]),
        (lambda: nn.Sequential(up(3, 4), nn.PixelShuffle(2)), ["0.0"]),
        (lambda: nn.Sequential(conv(3, 4, 3), nn.PixelShuffle(2), nn.PixelShuffle(1)), ["0"]),
        (lambda: nn.Sequential(conv(3, 4, 3), nn.Sequential(conv(4, 4, 3), nn.ReLU()), nn.PixelShuffle(2)), []),
        (lambda: nn.Sequential(conv(3, 4, 3), nn.ReLU()), []),
    ],
)
def test_only_what_stands_before_a_shuffle_feeds_it(chain: Callable[[], nn.Sequential], feeding: list[str]) -> None:
    network = chain()
    names = {module: name for name, module in network.named_modules()}
    assert [names[layer] for layer, _ in sub_pixel_convolutions(network)] == feeding


def test_he_uniform_leaves_every_weight_as_drawn() -> None:
    network = build("nano", {})
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    state = seeded().get_state()
    generator = seeded()
    initialise(network, "he_uniform", icnr=False, generator=generator)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert torch.equal(generator.get_state(), state)


def test_dense_and_1x1_layers_and_biases_stay() -> None:
    network = nn.Sequential(conv(3, 8, 1), conv(8, 8, 3), nn.Flatten(), dense(8 * 4, 2))
    before = [tensor.clone() for tensor in network.parameters()]
    initialise(network, "convaware", icnr=True, generator=seeded())
    changed = [not torch.equal(old, new) for old, new in zip(before, network.parameters(), strict=True)]
    assert changed == [False, False, True, False, False, False]


def test_weights_laid_out_channels_last_stay_so_and_get_the_same_values() -> None:
    plain = build("nano", {})
    last = build("nano", {}).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    for network in (plain, last):
        initialise(network, "convaware", icnr=True, generator=seeded())
    for weight, same in zip(last.parameters(), plain.parameters(), strict=True):
        if weight.ndim == 4:
            assert weight.is_contiguous(memory_format=torch.channels_last)
            assert torch.equal(weight, same)


def test_what_is_to_begin_as_nothing_does() -> None:
    chain = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3))
    nn.init.zeros_(chain[1].weight)  # type: ignore[arg-type]
    before = chain[0].weight.clone()  # type: ignore[operator]
    initialise(chain, "convaware", icnr=False, generator=seeded())
    assert not torch.equal(chain[0].weight, before)  # type: ignore[arg-type]
    assert not chain[1].weight.any()  # type: ignore[operator]
