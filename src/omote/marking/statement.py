"""What the mark says, in words and in the fields that other programs read: container tags and XMP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from xml.sax.saxutils import escape

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""IPTC's word for footage of which a trained network has made a part."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
   <Iptc4xmpExt:DigitalSourceType>{source_type}</Iptc4xmpExt:DigitalSourceType>
   <xmp:CreatorTool>{tool}</xmp:CreatorTool>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{words}</rdf:li></rdf:Alt></dc:description>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is told of a network that made faces. No names of people.

    Attributes:
        network: its name in the registry.
        iterations: how long it learnt.
    """

    network: str
    iterations: int


def tool() -> str:
    """Return omote's name with its version."""
    return f"omote {version('omote')}"


def words(cards: Sequence[ModelCard]) -> str:
    """Return the statement as a sentence."""
    each = sorted({f"{card.network}, {card.iterations} iterations" for card in cards})
    made_by = f" ({'; '.join(each)})" if each else ""
    return f"Faces in this were replaced by {tool()} with faces that a trained network made{made_by}."


def tags(cards: Sequence[ModelCard]) -> dict[str, str]:
    """Return the statement as tags of a video's container; every container keeps a comment."""
    return {"comment": f"{words(cards)} Digital source type: {SOURCE_TYPE}"}


def packet(cards: Sequence[ModelCard]) -> bytes:
    """Return the statement as an XMP packet."""
    return _PACKET.format(source_type=escape(SOURCE_TYPE), tool=escape(tool()), words=escape(words(cards))).encode()


def stated_in(text: str) -> bool:
    """Say whether a text, such as an XMP packet, says that a trained network made a part, whoever wrote it."""
    return SOURCE_TYPE.rpartition("/")[2] in text


def stated(found: Mapping[str, str]) -> str | None:
    """Return the tag of a container that says so, or None."""
    return next((text for text in found.values() if stated_in(text)), None)
