from importlib.metadata import version

from omote.stages import doctor
from omote.stages.context import Context


def test_it_tells_what_is_here() -> None:
    report = doctor.run(doctor.DoctorConfig(), Context())
    assert report.packages["av"] == version("av")
    assert report.device.split(":")[0] in ("cpu", "cuda", "mps")
    assert report.cores >= 1
    rows = {row.codec: row for row in report.codecs}
    assert rows["h264"].encoder == "libx264"
    assert ".mov" in rows["prores"].alpha
    assert rows["ffv1"].lossless
    assert {row.role: row.name for row in report.plugins}["detector"] == "centerface"
    assert all(row.terms for row in report.plugins)


def test_a_package_that_is_not_there_is_said() -> None:
    assert doctor._version("no-such-package-at-all") == "not installed"
