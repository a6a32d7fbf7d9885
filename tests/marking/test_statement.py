import xml.etree.ElementTree as ET

from omote.marking.statement import SOURCE_TYPE, ModelCard, packet, stated, stated_in, tags, words

RDF, EXT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"


def test_the_packet_says_what_made_it(cards: list[ModelCard]) -> None:
    tree = ET.fromstring(packet([*cards, ModelCard("a <b> & c", 1)]))
    assert [node.text for node in tree.iter(f"{EXT}DigitalSourceType")] == [SOURCE_TYPE]
    (said,) = (node.text for node in tree.iter(f"{RDF}li"))
    assert said is not None and "nano, 1200 iterations" in said and "a <b> & c" in said


def test_each_network_is_told_once(cards: list[ModelCard]) -> None:
    assert words(cards * 3).count("nano") == 1


def test_tags_are_recognised(cards: list[ModelCard]) -> None:
    assert stated({"title": "holiday", **tags(cards)}) == tags(cards)["comment"]
    assert stated({"title": "holiday"}) is None
    assert stated_in(packet(cards).decode())
