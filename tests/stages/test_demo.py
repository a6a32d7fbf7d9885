from pathlib import Path

import pytest

from omote.core.errors import OmoteError, Stopped
from omote.core.events import Event, Progress, Trained
from omote.media.source import open_source
from omote.stages.context import Context
from omote.stages.demo import DemoConfig, run
from omote.training.config import LearnConfig, WatchConfig


def test_it_makes_all_it_promises_and_keeps_what_is_there(tmp_path: Path) -> None:
    config = DemoConfig(
        output=tmp_path / "demo",
        frames=10,
        plate_frames=3,
        iterations=2,
        learn=LearnConfig(batch_size=2, watch=WatchConfig(save_every=1)),
    )
    report = run(config, Context())
    for path in (report.result, report.comparison):
        assert open_source(path).facts.frames == 3
    assert open_source(report.comparison).facts.width == 3 * open_source(report.result).facts.width
    page = report.report.read_text()
    assert f"{report.true_swap.ssim:.3f}" in page
    assert page.count("data:image/jpeg") == 3 + 2
    said: list[Event] = []
    run(config, Context(said.append))
    assert {event.step for event in said if isinstance(event, Progress)} == {"convert", "mark", "score"}
    with pytest.raises(Stopped):
        longer = config.model_copy(update={"iterations": 3})
        run(longer, Context(said.append, lambda: any(isinstance(event, Trained) for event in said)))
    with pytest.raises(OmoteError, match=r"made for other inputs.*--output"):
        run(config.model_copy(update={"seed": 1}), Context())


@pytest.mark.slow
def test_learning_brings_the_swap_nearer_to_the_truth(tmp_path: Path) -> None:
    score = run(DemoConfig(output=tmp_path, frames=75, plate_frames=4, iterations=320), Context()).true_swap
    assert score.ssim > score.ssim_do_nothing + 0.03
    assert score.psnr > score.psnr_do_nothing + 1
