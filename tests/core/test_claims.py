import signal
import subprocess
import sys
from pathlib import Path

import pytest

from omote.core.claims import LOCK, claimed
from omote.core.errors import OmoteError

_HOLD = """
import sys, time
from pathlib import Path
from omote.core.claims import claimed
with claimed(Path(sys.argv[1])) as claim:
    claim.note("half")
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("folder", [False, True])
def test_one_writes_at_a_time_and_a_killed_one_writes_no_more(tmp_path: Path, folder: bool) -> None:
    path = tmp_path / "out.mp4"
    if folder:
        path.mkdir()
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(OmoteError, match=r"^another omote is writing this: .*out\.mp4"), claimed(path):
            pass
        other.send_signal(signal.SIGKILL)
    with claimed(path) as claim:
        assert claim.read() == "half"
    assert [each.name for each in tmp_path.rglob("*")] == (["out.mp4"] if folder else [])


def test_what_is_noted_outlives_a_fault_and_not_a_good_end(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out"
    with pytest.raises(KeyboardInterrupt), claimed(path) as claim:
        claim.note("a longer text")
        claim.note("short")
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt), claimed(path):
        raise KeyboardInterrupt
    with claimed(path) as claim:
        assert claim.read() == "short"
    with pytest.raises(KeyboardInterrupt), claimed(path) as claim:
        assert claim.read() == ""
        raise KeyboardInterrupt
    assert not list(path.parent.iterdir())


def test_a_folder_that_is_there_is_locked_inside_and_no_other_name_is(tmp_path: Path) -> None:
    with claimed(tmp_path), claimed(tmp_path / "a"), claimed(tmp_path / "b"):
        assert sorted(each.name for each in tmp_path.iterdir()) == [".a.lock", ".b.lock", LOCK]
        with pytest.raises(OmoteError, match="another omote"), claimed(tmp_path / "." / "a"):
            pass
