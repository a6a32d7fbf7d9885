import av
import pytest

from omote.media.cards import card_options, opens, working
from omote.media.codecs import CODECS, PRESETS, writes
from omote.media.layouts import Layout

_PLANES = Layout("yuv420p", "420", 8, alpha=False, coded="yuv420p")


@pytest.mark.parametrize("encoder", sorted({name for codec in CODECS.values() for name in codec.hardware}))
@pytest.mark.parametrize("quality", [0, 20])
def test_cards_are_given_options_that_ffmpeg_knows(encoder: str, quality: int) -> None:
    if not writes(encoder):
        pytest.skip("not in this build of FFmpeg")
    options = av.CodecContext.create(encoder, "w").supported_options
    known = {option.name: option for option in (*options.generic, *options.private)}
    for preset in PRESETS:
        for name, value in card_options(encoder, quality, preset).items():
            choices = [choice.name for choice in known[name].choices]
            assert value in choices or float(value) >= known[name].min


def test_an_encoder_works_where_it_opens() -> None:
    assert opens("libx264", _PLANES)
    assert not opens("prores_ks", _PLANES)  # which does not take these pixels
    assert working(("libx264", "no-such-encoder", "ffv1")) == ("libx264", "ffv1")
