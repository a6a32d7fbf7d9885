"""`omote`: parse, run one stage, print its report. An error is one line on the error stream and exit code 2."""

import sys
import traceback
from collections.abc import Sequence
from typing import Any

from cyclopts import App, CycloptsError
from rich.console import Console

from omote.cli.commands import COMMANDS, GROUPS, Command
from omote.cli.flags import gathered, settings_help, signature, with_signature
from omote.cli.show import show
from omote.cli.stopping import stop_signal
from omote.cli.watch import Watcher
from omote.core.errors import OmoteError, Stopped
from omote.stages.context import Context

_FAULT, _MISTAKE, _STOPPED = 1, 2, 130
_SYSTEM_LIBRARIES = "OpenCV needs the system's libGL: apt install libgl1 libglib2.0-0, or use opencv-python-headless"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    console = Console(stderr=True, soft_wrap=True)
    try:
        application(console)(words, exit_on_error=False, print_error=False)
    except (OmoteError, CycloptsError) as fault:
        _end(console, str(fault).removesuffix("."), words, _MISTAKE)
    except (Stopped, KeyboardInterrupt):
        _end(console, "stopped; run the same command again to go on", [], _STOPPED)
    except ImportError as fault:
        hint = f" ({_SYSTEM_LIBRARIES})" if "libGL" in str(fault) or "libgthread" in str(fault) else ""
        _end(console, f"{fault}{hint}", words, _MISTAKE)
    except Exception as fault:  # noqa: BLE001 - the last stop before the user
        _end(console, f"a fault of omote's own: {type(fault).__name__}: {fault} (--debug shows where)", words, _FAULT)


def application(console: Console) -> App:
    """Build the application: one command for each row of `COMMANDS`."""
    app = App(
        suppress_keyboard_interrupt=False,
        name="omote",
        help="Person-specific face swapping for video.",
        help_format="plaintext",
        version_flags=["--version"],
    )
    for place, (name, command) in enumerate(COMMANDS.items()):
        summary = (command.stage.__doc__ or "").splitlines()[0]
        function = with_signature(_runner(command, console), signature(command), summary)
        group, _, word = name.rpartition(" ")
        parent = _group(app, group, place) if group else app
        parent.command(function, name=word, help_epilogue=_epilogue(command), sort_key=place)
    return app


def _group(app: App, name: str, place: int) -> App:
    if name not in app:
        app.command(App(name=name, help=GROUPS[name], sort_key=place))
    return app[name]


def _runner(command: Command, console: Console) -> Any:  # noqa: ANN401 - its signature is made afterwards
    names = list(signature(command).parameters)

    def runner(*positional: Any, **values: Any) -> None:  # noqa: ANN401
        given = {**dict.fromkeys(names), **dict(zip(names, positional, strict=False)), **values}
        config = gathered(command, given)

        def tell() -> None:
            console.print("stopping after this step; press Ctrl-C again to end at once")

        with stop_signal(tell) as stopped, Watcher(console) as watcher:
            report = command.stage.run(config, Context(watcher, stopped))
        if given["json"]:
            sys.stdout.write(report.model_dump_json() + "\n")
        else:
            show(report, Console())
        if not getattr(report, "finished", True):
            raise Stopped

    return runner


def _epilogue(command: Command) -> str:
    rows = settings_help(command.config, skip=set(command.flags))
    if not rows:
        return ""
    width = max(len(name) for name, _, _ in rows)
    lines = (f"  {name:{width}}  {text} [{default}]" for name, default, text in rows)
    return "Settings for --set NAME=VALUE:\n" + "\n".join(lines)


def _end(console: Console, message: str, words: Sequence[str], code: int) -> None:
    if "--debug" in words:
        console.print(traceback.format_exc(), highlight=False, markup=False)
    console.print(f"omote: {message}", highlight=False, markup=False)
    sys.exit(code)
