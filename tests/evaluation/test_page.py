import base64
from html.parser import HTMLParser

from omote.evaluation.page import Columns, Figure, Link, Part, Table, Text, page


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs


def test_a_page_says_what_it_is_given_and_needs_no_other_file() -> None:
    parts: list[Part] = [
        Text("Part <1>", heading=True),
        Table(("what", "how"), [("a & b", "3")]),
        Figure(b"jpeg", "a face"),
        Link("x.mp4", "clip"),
    ]
    reader = Reader()
    reader.feed(page("Title <&>", parts))
    for word in ("Title <&>", "Part <1>", "a & b", "3", "a face", "clip"):
        assert word in reader.words
    sources = [value for name, value in reader.attributes if name == "src"]
    assert sources == ["data:image/jpeg;base64," + base64.b64encode(b"jpeg").decode()]
    assert ("href", "x.mp4") in reader.attributes


def test_columns_stand_beside_each_other_in_their_order() -> None:
    text = page("x", [Columns([[Text("left"), Text("below")], [Text("right")]])])
    assert '<div class="columns"><div><p>left</p>\n<p>below</p></div><div><p>right</p></div></div>' in text
