"""The three standard streams of a command: always there, and no reason to lose a run."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

from harness.errors import Place, RunError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

READER_GONE = 141
"""The exit code when nobody reads the output any more: what a shell says of a program that SIGPIPE ended."""


class ReaderGone(BaseException):
    """Nobody reads standard output any more; no library between here and there takes it for its own."""


class _Output(io.FileIO):
    """Standard output: what cannot be written is an error of ours."""

    def write(self, data: ReadableBuffer, /) -> int:
        if not memoryview(data).nbytes:  # how some libraries try what a stream takes, and drop the answer
            return 0
        try:
            return super().write(data) or 0
        except BrokenPipeError:
            _discard(self.fileno())
            raise ReaderGone from None
        except OSError as error:
            _discard(self.fileno())
            hint = "the files of a run are written before its output"
            message = f"cannot write: {error.strerror or error}"
            raise RunError(message, place=Place("standard output"), hint=hint) from None


class _Messages(io.FileIO):
    """Standard error: a message that cannot be shown is dropped, and the work goes on."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            _discard(self.fileno())
            return memoryview(data).nbytes


def _discard(number: int) -> None:
    """Let what is still written to a stream go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def open_streams() -> None:
    """Put streams that a command can rely on in the place of standard input, output and error.

    A stream that is closed gets its number back, or the next file that is opened would have it and take
    what is printed. Nothing can be read from it, what is written to it as output is an error, and messages
    go nowhere. Characters that the encoding lacks are written as escapes. Streams that something else has
    put in their place (a notebook, a test) are only told to escape.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # the lowest free number is what `open` takes
            os.open(os.devnull, os.O_WRONLY if number != 1 else os.O_RDONLY)
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(os.devnull)), encoding="utf-8")
    sys.stdout = _fit(sys.stdout, sys.__stdout__, _Output, 1)
    sys.stderr = _fit(sys.stderr, sys.__stderr__, _Messages, 2)


def _fit(now: Any, original: Any, kind: type[_Output | _Messages], number: int) -> Any:
    """Return a stream in the place of ``now``, or ``now`` itself where it is not the process's own."""
    inside = getattr(now, "buffer", None)
    own = now is None or isinstance(inside, io.BufferedWriter) or type(inside) is io.FileIO
    if now is not original or not own:
        if hasattr(now, "reconfigure"):
            now.reconfigure(errors="backslashreplace")
        return now
    raw = kind(number, "w", closefd=False)
    at_once = now is not None and now.write_through  # as PYTHONUNBUFFERED asks
    return io.TextIOWrapper(
        raw if at_once else io.BufferedWriter(raw),
        encoding="utf-8" if now is None else now.encoding,
        errors="backslashreplace",
        line_buffering=now is not None and now.line_buffering,
        write_through=at_once,
    )
