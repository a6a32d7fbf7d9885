from pathlib import Path

from omote.media.facts import file_fingerprint, names_fingerprint


def test_a_fingerprint_goes_with_the_content_not_the_place(tmp_path: Path) -> None:
    there, here = tmp_path / "a.mp4", tmp_path / "b.mov"
    there.write_bytes(b"film" * 60_000)
    here.write_bytes(b"film" * 60_000)
    assert file_fingerprint(there) == file_fingerprint(here)
    assert len(file_fingerprint(there)) == 16


def test_both_ends_and_the_size_count(tmp_path: Path) -> None:
    size = 200 * 1024
    contents = [bytes(size), b"\1" + bytes(size - 1), bytes(size - 1) + b"\1", bytes(size + 1), b"", b"\0"]
    prints = set()
    for content in contents:
        path = tmp_path / "film"
        path.write_bytes(content)
        prints.add(file_fingerprint(path))
    assert len(prints) == len(contents)


def test_a_folder_is_known_by_names_and_sizes(tmp_path: Path) -> None:
    one, other = tmp_path / "1.png", tmp_path / "2.png"
    one.write_bytes(b"a")
    other.write_bytes(b"b")
    before = names_fingerprint([one, other])
    one.write_bytes(b"c")
    assert names_fingerprint([one, other]) == before
    one.write_bytes(b"cc")
    assert names_fingerprint([one, other]) != before
    assert names_fingerprint([one]) != names_fingerprint([other])
