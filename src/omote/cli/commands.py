"""Every command as a row: its stage, and which of the stage's settings are flags. Help and defaults come from there."""

from dataclasses import dataclass
from types import ModuleType

from omote.core.config import Config
from omote.stages import (
    alignments,
    clean,
    compare,
    convert,
    demo,
    doctor,
    duplicates,
    evaluate,
    export_foreign,
    extract,
    import_foreign,
    masks,
    models_info,
    models_list,
    models_pull,
    report,
    sort,
    swap,
    train,
    trim,
    verify,
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command of omote.

    Attributes:
        stage: the module with `run(config, context)`; the first line of its docstring is the command's help.
        config: the stage's settings.
        flags: for each setting that is a flag (nested ones as `learn.network`) its names; one without a dash is the
            name of a positional argument. All other settings go by `--set`.
    """

    stage: ModuleType
    config: type[Config]
    flags: dict[str, tuple[str, ...]]


_TRAINING = {
    "iterations": ("--iterations", "-i"),
    "minutes": ("--minutes",),
    "learn.network": ("--network",),
    "learn.batch_size": ("--batch-size",),
    "device": ("--device",),
}

GROUPS = {"models": "Networks, plugins and their weights: what there is, what it needs, fetched ahead."}
"""What is said of a first word that several commands share."""

# In the order of the line: so they are listed. A name of two words is a command of a group.
COMMANDS = {
    "extract": Command(
        extract,
        extract.ExtractConfig,
        {
            "sources": ("SOURCE",),
            "faces": ("--faces", "-o"),
            "alignments": ("--alignments",),
            "range": ("--range",),
            "every": ("--every",),
            "filter": ("--filter",),
            "exclude": ("--exclude",),
            "masks": ("--mask",),
            "size": ("--size",),
            "look.threshold": ("--threshold",),
            "look.rotate": ("--rotate",),
            "look.refeed": ("--refeed",),
            "look.realign": ("--realign",),
            "restore": ("--restore",),
        },
    ),
    "alignments": Command(
        alignments,
        alignments.AlignmentsConfig,
        {
            "job": ("JOB",),
            "target": ("TARGET",),
            "source": ("--source",),
            "faces": ("--faces",),
            "output": ("--output", "-o"),
            "range": ("--range",),
            "overwrite": ("--overwrite",),
            "dry_run": ("--dry-run",),
        },
    ),
    "masks": Command(
        masks,
        masks.MasksConfig,
        {
            "faces": ("FACES",),
            "add": ("--add",),
            "painted": ("--import",),
            "name": ("--as",),
            "output": ("--output", "-o"),
            "source": ("--source",),
            "alignments": ("--alignments",),
            "overwrite": ("--overwrite",),
        },
    ),
    "sort": Command(
        sort,
        sort.SortConfig,
        {
            "faces": ("FACES",),
            "by": ("--by",),
            "group": ("--group",),
            "keep": ("--keep",),
            "output": ("--output", "-o"),
            "dry_run": ("--dry-run",),
            "undo": ("--undo",),
            "identifier": ("--identifier",),
        },
    ),
    "clean": Command(
        clean,
        clean.CleanConfig,
        {
            "faces": ("FACES",),
            "alignments": ("--alignments",),
            "restore": ("--restore",),
            "dry_run": ("--dry-run",),
        },
    ),
    "report": Command(
        report,
        report.ReportConfig,
        {
            "faces": ("FACES",),
            "against": ("--against",),
            "output": ("--output", "-o"),
            "overwrite": ("--overwrite",),
        },
    ),
    "duplicates": Command(
        duplicates,
        duplicates.DuplicatesConfig,
        {"faces": ("FACES",), "dry_run": ("--dry-run",), "undo": ("--undo",)},
    ),
    "trim": Command(
        trim, trim.TrimConfig, {"faces": ("FACES",), "to": ("--to",), "dry_run": ("--dry-run",), "undo": ("--undo",)}
    ),
    "train": Command(
        train,
        train.TrainConfig,
        {
            "a": ("--a",),
            "b": ("--b",),
            "model": ("--model", "-m"),
            **_TRAINING,
            "recipe": ("--recipe",),
            "pretrain": ("--pretrain",),
            "load_weights": ("--load-weights",),
            "learn.freeze": ("--freeze",),
            "reset": ("--reset",),
            "find_rate": ("--find-rate",),
        },
    ),
    "convert": Command(
        convert,
        convert.ConvertConfig,
        {
            "source": ("SOURCE",),
            "model": ("--model", "-m"),
            "people": ("--swap",),
            "output": ("--output", "-o"),
            "preview": ("--preview",),
            "write": ("--write",),
            "alignments": ("--alignments",),
            "person": ("--person",),
            "range": ("--range",),
            "every": ("--every",),
            "mark.on": ("--mark",),
            "mark.label": ("--label",),
            "overwrite": ("--overwrite",),
            "device": ("--device",),
        },
    ),
    "swap": Command(
        swap,
        swap.SwapConfig,
        {
            "face": ("--face",),
            "onto": ("--onto",),
            "output": ("--output", "-o"),
            "work": ("--work",),
            **_TRAINING,
            "mark.on": ("--mark",),
            "mark.label": ("--label",),
            "overwrite": ("--overwrite",),
        },
    ),
    "evaluate": Command(
        evaluate,
        evaluate.EvaluateConfig,
        {
            "result": ("--result",),
            "plate": ("--plate",),
            "faces_b": ("--faces-b",),
            "faces_a": ("--faces-a",),
            "alignments": ("--alignments",),
            "person": ("--person",),
            "model": ("--model", "-m"),
            "cast": ("--cast",),
            "output": ("--output", "-o"),
            "overwrite": ("--overwrite",),
            "device": ("--device",),
        },
    ),
    "compare": Command(
        compare,
        compare.CompareConfig,
        {"plan": ("PLAN",), "output": ("--output", "-o")},
    ),
    "verify": Command(
        verify,
        verify.VerifyConfig,
        {"path": ("FILE",), "frames": ("--frames",), "trust": ("--trust",)},
    ),
    "demo": Command(
        demo,
        demo.DemoConfig,
        {
            "output": ("--output", "-o"),
            "iterations": ("--iterations", "-i"),
            "minutes": ("--minutes",),
            "seed": ("--seed",),
        },
    ),
    "import": Command(
        import_foreign,
        import_foreign.ImportConfig,
        {
            "thing": ("THING",),
            "faces": ("--faces", "-o"),
            "alignments": ("--alignments",),
            "source": ("--source",),
            "overwrite": ("--overwrite",),
        },
    ),
    "export": Command(
        export_foreign,
        export_foreign.ExportConfig,
        {
            "thing": ("THING",),
            "to": ("--to",),
            "output": ("--output", "-o"),
            "source": ("--source",),
            "person": ("--person",),
            "overwrite": ("--overwrite",),
        },
    ),
    "doctor": Command(doctor, doctor.DoctorConfig, {}),
    "models list": Command(models_list, models_list.ModelsListConfig, {}),
    "models info": Command(models_info, models_info.ModelsInfoConfig, {"name": ("NAME",), "preset": ("--preset",)}),
    "models pull": Command(models_pull, models_pull.ModelsPullConfig, {"names": ("NAME",)}),
}
