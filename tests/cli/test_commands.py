import pytest

from omote.cli.commands import COMMANDS, GROUPS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_flag_is_a_setting_of_its_stage(name: str) -> None:
    command = COMMANDS[name]
    names = [flag for flags in command.flags.values() for flag in flags]
    assert len(names) == len(set(names))
    assert len(command.flags) <= 14
    for path in command.flags:
        config = command.config
        *outer, last = path.split(".")
        for part in outer:
            config = config.model_fields[part].annotation  # type: ignore[assignment]
        assert config.model_fields[last].description
    assert callable(command.stage.run)
    assert command.stage.__name__.removesuffix("_foreign") == f"omote.stages.{name.replace(' ', '_')}"
    assert command.stage.__doc__


SURFACE = {
    "extract": "--alignments --every --exclude --faces --filter --mask --range --realign --refeed --restore --rotate"
    " --size --threshold -o SOURCE",
    "sort": "--by --dry-run --group --identifier --keep --output --undo -o FACES",
    "report": "--against --output --overwrite -o FACES",
    "duplicates": "--dry-run --undo FACES",
    "trim": "--dry-run --to --undo FACES",
    "clean": "--alignments --dry-run --restore FACES",
    "alignments": "--dry-run --faces --output --overwrite --range --source -o JOB TARGET",
    "masks": "--add --alignments --as --import --output --overwrite --source -o FACES",
    "train": "--a --b --batch-size --device --find-rate --freeze --iterations --load-weights --minutes --model"
    " --network --pretrain --recipe --reset -i -m",
    "convert": "--alignments --device --every --label --mark --model --output --overwrite --person --preview --range"
    " --swap --write -m -o SOURCE",
    "swap": "--batch-size --device --face --iterations --label --mark --minutes --network --onto --output --overwrite"
    " --work -i -o",
    "evaluate": "--alignments --cast --device --faces-a --faces-b --model --output --overwrite --person --plate"
    " --result -m -o",
    "compare": "--output -o PLAN",
    "verify": "--frames --trust FILE",
    "demo": "--iterations --minutes --output --seed -i -o",
    "import": "--alignments --faces --overwrite --source -o THING",
    "export": "--output --overwrite --person --source --to -o THING",
    "doctor": "",
    "models list": "",
    "models info": "--preset NAME",
    "models pull": "NAME",
}


def test_the_surface_is_what_it_was() -> None:
    """The flags are a promise; whoever changes this list breaks someone's script."""
    for name, command in COMMANDS.items():
        assert " ".join(sorted(flag for flags in command.flags.values() for flag in flags)) == SURFACE[name]


def test_every_group_has_commands_and_its_help() -> None:
    assert {name.rpartition(" ")[0] for name in COMMANDS} - {""} == GROUPS.keys()
    assert not GROUPS.keys() & COMMANDS.keys()
