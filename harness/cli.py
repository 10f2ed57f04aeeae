"""argv -> calls -> text and exit code: the one place that prints errors and ends the process."""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import typer

from harness.annotate.commands import app as annotate
from harness.commands import checking, exporting, predicting, reference, results, running, starting

app = typer.Typer(
    name="harness",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Benchmark stance classifiers on small, dependent samples, and say what the numbers can show.",
    epilog="Exit codes: 0 done; 1 it failed, or what was checked has problems; 2 wrong usage, configuration "
    "or input; 130 interrupted. Begin with: harness init my-study",
    context_settings={"help_option_names": ["-h", "--help"]},
)
FIRST: tuple[Callable[..., None], ...] = (
    starting.init,
    checking.check,
    running.run,
    running.score,
    results.report,
    results.compare,
    results.leaderboard,
    results.verify,
    running.power,
    predicting.predict,
    exporting.export,
)
LAST: tuple[Callable[..., None], ...] = (reference.describe, reference.schema, reference.doctor)
for command in FIRST:
    app.command()(command)
app.add_typer(annotate, name="annotate")
app.command("list")(reference.list_)
for command in LAST:
    app.command()(command)


class _Interrupted(BaseException):
    """Ctrl-C, as something that no library between here and there takes for its own."""


def _interrupt(*_: object) -> None:
    raise _Interrupted


def main() -> None:
    """Run the command line; every error of ours ends as one message and its exit code."""
    from harness.errors import HarnessError, RunError
    from harness.limits import refuse_too_little_memory
    from harness.screen import guarded
    from harness.streams import READER_GONE, ReaderGone, open_streams
    from harness.textfile import remedy

    open_streams()
    sys.stdout, sys.stderr = guarded(sys.stdout), guarded(sys.stderr)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        try:
            if not {"-h", "--help"} & set(sys.argv):
                refuse_too_little_memory()
            _call()
        finally:
            sys.stdout.flush()
    except HarnessError as error:
        raise _ended(error) from None
    except ReaderGone:
        raise SystemExit(READER_GONE) from None
    except _Interrupted:
        typer.echo("interrupted; what is finished is kept, and the same command goes on from there", err=True)
        raise SystemExit(130) from None
    except OSError as error:
        unnamed = "the working folder" if error.errno == errno.ENOENT else "the file system"
        message = f"{error.filename or unnamed}: {error.strerror or error}"
        raise _ended(RunError(message, hint=remedy(error, "check the path and who may use it"))) from None
    except MemoryError:
        hint = "use --jobs 1, fewer statements or a smaller model"
        raise _ended(RunError("out of memory", hint=hint)) from None


def _as_json() -> bool:
    return "--json" in sys.argv[1:]


def _call() -> None:
    """Parse the command line and do what it says; with ``--json`` wrong usage is an answer as well."""
    if not _as_json():
        app(standalone_mode=True)
        return
    try:
        code = app(standalone_mode=False)
    except Exception as error:
        told: Any = error  # the parser's errors; where their class lives depends on the version of typer
        if not hasattr(told, "format_message"):
            raise
        from harness.errors import InputError

        raise InputError(told.format_message(), hint="see --help") from None
    raise SystemExit(code or 0)


def _ended(error: Any) -> SystemExit:
    """Print an error, with ``--json`` for programs too, and return how the process ends."""
    from harness.screen import visible

    typer.echo(visible(error.render()), err=True)
    if _as_json():
        from harness.answers import answer, error_json
        from harness.errors import HarnessError
        from harness.streams import ReaderGone

        with suppress(ReaderGone, HarnessError):  # nobody reads it, or the disk is full: the text is out
            answer(**error_json(error))
            sys.stdout.flush()
    return SystemExit(error.exit_code)
