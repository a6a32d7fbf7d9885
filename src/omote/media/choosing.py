"""How a video will be coded: settings, source and file name put together, and refused at once where they do not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from omote.core.errors import MediaError
from omote.media.cards import card_options, opens
from omote.media.codecs import CODECS, USUAL, Codec, Options, encoder_options, pixel_formats, writes
from omote.media.config import EncodeConfig
from omote.media.facts import SourceFacts
from omote.media.layouts import CHROMAS, NAMES, Layout, chroma_of, layout_of

_CHROMA = {name: chroma for chroma, name in NAMES.items()}
_GIF = Layout("rgb24", "rgb", 8, alpha=False, coded="pal8")


@dataclass(frozen=True)
class Choice:
    """How a video is coded.

    Attributes:
        codec: a name of `CODECS`.
        encoder: FFmpeg's.
        layout: of the frames it is given.
        options: FFmpeg's, of the encoder.
        lossless: whether what is read back is bit for bit what was given.
        notes: what of the source it cannot keep.
    """

    codec: str
    encoder: str
    layout: Layout
    options: Options
    lossless: bool
    notes: tuple[str, ...] = ()


def choose(path: Path, like: SourceFacts, settings: EncodeConfig, *, alpha: bool = False) -> Choice:
    """Choose encoder, pixel format and options of a video.

    Args:
        path: its name, by whose suffix the container is known.
        like: the source, for its depth and chroma.
        settings: what is wanted.
        alpha: whether its frames say how much each pixel covers.

    Raises:
        MediaError: codec, container, quality, pixels, depth and alpha do not go together; says what would.
    """
    name = settings.codec if settings.codec != "auto" else USUAL[path.suffix.lower()]
    codec = CODECS[name]
    if path.suffix.lower() not in codec.suffixes:
        held = " ".join(other for other, each in CODECS.items() if path.suffix.lower() in each.suffixes)
        do = f"name it {' or '.join(codec.suffixes)}, or choose encode.codec from {held}"
        raise MediaError(f"{path.suffix} cannot hold {name}", path, do)
    quality = _quality(name, codec, settings, path)
    if settings.hardware:
        encoder, layout = _card(name, codec, like, settings, path, alpha=alpha)
        options = card_options(encoder, quality, settings.preset)
    else:
        encoder = next((each for each in codec.encoders if writes(each)), "")
        if not encoder:
            known = " ".join(other for other, each in CODECS.items() if any(map(writes, each.encoders)))
            raise MediaError(f"this FFmpeg writes no {name}", path, f"choose encode.codec from {known}")
        layout = _layout(name, layouts_of(name, encoder), like, settings, path, alpha=alpha)
        options = encoder_options(encoder, quality, settings.preset, layout.name)
    lossless = codec.lossless and quality == 0 and not settings.hardware
    return Choice(name, encoder, layout, options, lossless, _losses(name, layout, like, settings))


def _quality(name: str, codec: Codec, settings: EncodeConfig, path: Path) -> int:
    if settings.quality is None:
        return codec.quality or 0
    if codec.quality is None:
        raise MediaError(f"{name} has no quality to choose", path, "leave encode.quality out")
    if settings.quality > codec.worst:
        raise MediaError(f"encode.quality of {name} goes from 0 to {codec.worst}, not to {settings.quality}", path)
    return settings.quality


def _card(
    name: str, codec: Codec, like: SourceFacts, settings: EncodeConfig, path: Path, *, alpha: bool
) -> tuple[str, Layout]:
    """Return the first encoder of a graphics card that opens in the layout it would be given, and that layout."""
    do = "leave encode.hardware out; omote doctor lists what there is"
    fault = MediaError(f"no graphics card here encodes {name}", path, do)
    for encoder in filter(writes, codec.hardware):
        layouts = layouts_of(name, encoder)
        try:
            layout = _layout(name, layouts, like, settings, path, alpha=alpha)
        except MediaError as refused:
            fault = refused
            continue
        if opens(encoder, layout):
            return encoder, layout
        if any(opens(encoder, other) for other in layouts):
            what = f"the graphics card here encodes {name}, but not in {layout.name}"
            fault = MediaError(what, path, "choose encode.depth and encode.pixels, or leave encode.hardware out")
    raise fault


def layouts_of(name: str, encoder: str) -> Sequence[Layout]:
    """Return in which layouts frames of a codec can be made for an encoder of it."""
    if name == "gif":
        return [_GIF]
    found: dict[str, Layout] = {}
    for pixels in pixel_formats(encoder):
        layout = layout_of(pixels)
        if layout and (CODECS[name].rgb or layout.chroma != "rgb"):
            found.setdefault(layout.name, layout)
    return list(found.values())


def _layout(
    name: str, layouts: Sequence[Layout], like: SourceFacts, settings: EncodeConfig, path: Path, *, alpha: bool
) -> Layout:
    codec = CODECS[name]
    if alpha and path.suffix.lower() not in codec.alpha_suffixes:
        fits = " or ".join(f"{other} in {each.alpha_suffixes[0]}" for other, each in CODECS.items() if each.alpha)
        raise MediaError(f"{name} in {path.suffix} cannot hold alpha", path, f"choose {fits}, or a folder of pictures")
    own = [layout for layout in layouts if layout.alpha == alpha]
    chroma = _chroma(name, {layout.chroma for layout in own}, like, settings, path, alpha=alpha)
    depths = {layout.depth: layout for layout in own if layout.chroma == chroma}
    if settings.depth != "source" and settings.depth not in depths:
        held = " ".join(map(str, sorted(depths)))
        raise MediaError(f"{name} cannot hold {settings.depth} bits", path, f"choose encode.depth from {held}")
    wanted = like.depth if settings.depth == "source" else settings.depth
    return depths[min((depth for depth in depths if depth >= wanted), default=max(depths))]


def _chroma(name: str, held: set[str], like: SourceFacts, settings: EncodeConfig, path: Path, *, alpha: bool) -> str:
    if settings.pixels == "auto":
        first = CODECS[name].alpha if alpha else None
        return first if first in held else next(chroma for chroma in CHROMAS if chroma in held)
    if settings.pixels == "source":
        own = chroma_of(like.pixels)
        finer = [chroma for chroma in CHROMAS[CHROMAS.index(own) :] if chroma in held]
        return finer[0] if finer else max(held, key=CHROMAS.index)
    if _CHROMA[settings.pixels] not in held:
        fits = " ".join(NAMES[chroma] for chroma in CHROMAS if chroma in held)
        raise MediaError(f"{name} cannot hold {settings.pixels}", path, f"choose encode.pixels from {fits}")
    return _CHROMA[settings.pixels]


def _losses(name: str, layout: Layout, like: SourceFacts, settings: EncodeConfig) -> tuple[str, ...]:
    losses = []
    if settings.depth == "source" and layout.depth < like.depth:
        losses.append(f"the source has {like.depth} bits a sample, {name} here holds {layout.depth}")
    if settings.pixels == "source" and CHROMAS.index(layout.chroma) < CHROMAS.index(chroma_of(like.pixels)):
        losses.append(f"the source's {NAMES[chroma_of(like.pixels)]} becomes {NAMES[layout.chroma]}")
    return tuple(losses)
