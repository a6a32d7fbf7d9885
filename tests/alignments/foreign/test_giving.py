import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from omote.alignments.foreign.fsa import read_fsa
from omote.alignments.foreign.giving import faceswap_crop, faceswap_picture, given, thumbnail, to_fsa, to_json, to_png
from omote.alignments.png import rewrite_record
from omote.core.errors import AlignmentsError, OmoteError
from omote.core.types import Picture
from omote.imaging.geometry import compose, shifted, warp
from omote.imaging.pictures import decode
from omote.media.source import open_source


def test_alignments_and_pictures_give_the_same_faces(known: Path) -> None:
    (of_file,), (of_folder,) = given(known / "faces" / "film.alignments.db"), given(known / "faces")
    assert (len(of_file.frames), len(of_folder.frames), of_file.video) == (4, 3, True)
    assert [face.id for *_, face in of_file.numbered()] == [face.id for *_, face in of_folder.numbered()]
    assert to_json(of_folder).count(b"landmarks_2d") == 3


def test_a_file_has_all_frames_times_and_thumbnails(known: Path, tmp_path: Path) -> None:
    (one,) = given(known / "faces" / "film.alignments.db")
    data, lost = to_fsa(one, {}, frozenset({0}))
    (tmp_path / "a.fsa").write_bytes(data)
    back = read_fsa(tmp_path / "a.fsa")
    assert [(frame.name, frame.pts, len(frame.faces)) for frame in back.frames] == [
        (f"film_{n + 1:06d}.mp4", one.frames[n].pts, int(n < 3)) for n in range(4)
    ]
    assert lost == []
    small = decode(bytes(thumbnail(np.zeros((200, 200, 3), np.uint8))))
    assert small is not None
    assert small.shape == (96, 96, 3)


def test_pictures_of_our_own_stay_and_others_are_cut_anew(known: Path, tmp_path: Path) -> None:
    (one,) = given(known / "faces")
    path, record = next(iter(one.pictures.values()))
    png, _ = faceswap_picture(path, record)
    assert png == path.read_bytes()
    copy = Path(shutil.copy(path, tmp_path))
    moved = replace(record, matrix=compose(shifted(-20, 0), record.matrix))
    rewrite_record(copy, moved)
    again, rgb = faceswap_picture(copy, moved)
    assert again != copy.read_bytes()
    source = open_source(known / "film.mp4")
    frame = next(frame for frame in source.frames() if frame.index == record.face.frame.index)
    shown: Picture = faceswap_crop(record.face, frame.rgb, record.size)
    ours = warp(decode_of(path), shifted(0.5, 0.5), record.size, record.size)  # half a pixel lies between
    assert np.abs(ours[1:, 1:].astype(int) - shown[1:, 1:]).mean() < 1
    assert rgb.shape == shown.shape


def decode_of(path: Path) -> Picture:
    found = decode(path.read_bytes())
    assert found is not None
    return found


def test_a_frame_of_unknown_size_has_no_picture(known: Path) -> None:
    (one,) = given(known / "faces")
    frame, number, face = next(one.numbered())
    bare = replace(one, source=replace(one.source, width=0))
    with pytest.raises(AlignmentsError, match="size of the frames"):
        to_png(bare, frame, number, face, b"")


def test_what_has_no_faces_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "none.db"):
        with pytest.raises(OmoteError, match=r"no faces|no such"):
            given(path)
