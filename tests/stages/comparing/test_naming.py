import pytest

from omote.stages.comparing.naming import short, word


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("network", "nano", "nano"), ("augment.warp_to_landmarks", True, "warp to landmarks yes"),
        ("optimizer.learning_rate", 0.00012345, "learning rate 0.000123"),
        ("loss", {"ssim": 0, "mae": 1.5}, "ssim 0 mae 1.5"),
        ("setup", {"crop": {"coverage": 0.9}, "network": "nano"}, "nano coverage 0.9"),
        ("freeze", ["encoder", "inter"], "freeze encoder, inter"),
    ],
)  # fmt: skip
def test_a_value_in_words(name: str, value: object, said: str) -> None:
    assert word(name, value) == said
    assert said.endswith(short(value))
