"""One part of an input -> its file of labels, whole or not there, in whatever process; done once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

from harness.errors import HarnessError, Place, Problem, ProblemsError, RunError
from harness.labelling.formats import format_of
from harness.labelling.job import Job, into_file, key_of
from harness.labelling.parts import Part
from harness.labelling.rows import Stream
from harness.labelling.stream import open_stream
from harness.labelling.work import Work
from harness.textfile import parse_json, read_text, to_json, write_text

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class PartWork:
    """What is done with each part; ``digest`` is that of everything that labels depend on."""

    work: Work
    labels: tuple[str, ...]
    digest: str
    batch: int
    fresh: bool

    def key(self, part: Part) -> dict[str, Any]:
        """Return what a part's labels depend on besides its statements."""
        return key_of(self.digest, part.out, self.batch)


@dataclass(frozen=True, slots=True)
class PartDone:
    """What became of a part: its rows, those labelled before, those without a label; or what is wrong."""

    rows: int = 0
    earlier: int = 0
    unlabelled: int = 0
    problems: tuple[Problem, ...] = ()


def label_part(shared: PartWork, part: Part) -> PartDone:
    """Label a part, unless that has been done and neither it nor its labels have changed since.

    Raises
    ------
    RunError
        The labels cannot be written. What is wrong with the part itself is returned.
    """
    earlier = None if shared.fresh else _recorded(shared, part)
    if earlier is not None:
        return earlier
    try:
        return _labelled(shared, part)
    except RunError:
        raise
    except ProblemsError as error:
        return PartDone(problems=error.problems)
    except HarnessError as error:
        place = error.place or Place(str(part.source))
        return PartDone(problems=(Problem(place, "bad-part", error.message, error.hint),))


def _labelled(shared: PartWork, part: Part) -> PartDone:
    work = replace(shared.work, form=format_of(part.out, shared.labels))
    part.out.parent.mkdir(parents=True, exist_ok=True)
    job = Job(str(part.source), part.out, shared.batch, 1, shared.fresh)
    before = content(part.source)
    with ExitStack() as opened:

        def begin() -> Stream:
            return opened.enter_context(closing(open_stream(job.source, work.parts)))

        earlier, done = into_file(
            work, shared.digest, job, part.out, begin(), begin, 1, lambda text: None, lambda rows, share: None
        )
    record = {
        "schema": SCHEMA,
        "key": shared.key(part),
        "input": before,
        "output": content(part.out),
        "rows": done.rows,
        "unlabelled": done.unlabelled,
    }
    write_text(part.record, to_json(record) + "\n")
    return PartDone(done.rows, earlier, done.unlabelled)


def _recorded(shared: PartWork, part: Part) -> PartDone | None:
    """Return what an earlier call did, if its record still fits the part, the model and the labels."""
    if not part.record.is_file() or not part.out.is_file():
        return None
    try:
        record = parse_json(read_text(part.record))
        fits = record["schema"] == SCHEMA and record["key"] == shared.key(part)
        if fits and record["output"] == content(part.out) and record["input"] == content(part.source):
            rows = int(record["rows"])
            return PartDone(rows, rows, int(record["unlabelled"]))
    except (HarnessError, OSError, ValueError, KeyError, TypeError):
        pass
    return None


def content(path: Path) -> Mapping[str, Any]:
    """Return the size and the digest of a file: reading it takes a hundredth of what labelling it does."""
    with path.open("rb") as file:
        sha = file_digest(file, "sha256").hexdigest()
        return {"bytes": file.tell(), "sha256": sha}
