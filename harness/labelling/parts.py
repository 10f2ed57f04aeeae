"""A folder or pattern of files of statements -> its parts, and where the labels of each go."""

from __future__ import annotations

from dataclasses import dataclass
from glob import has_magic
from pathlib import Path

from harness.errors import InputError, Place, Problem, ProblemsError, did_you_mean
from harness.labelling.formats import FORMATS
from harness.labelling.part_files import files_of, top_of
from harness.labelling.stream import STDIN, SUFFIXES

WRITTEN = {".ndjson": ".jsonl", ".tsv": ".csv"}
"""The extensions that labels have where an input's own is not written."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of statements, the file of its labels, and the record that says that they are whole."""

    source: Path
    out: Path
    record: Path


def has_parts(source: str) -> bool:
    """Whether an input is a folder or a pattern, not one file."""
    return source != STDIN and (Path(source).is_dir() or (has_magic(source) and not Path(source).exists()))


def parts_in(source: str, out: Path, form: str | None = None) -> list[Part]:
    """Find the files of statements that a folder holds, at any depth, or that a pattern stands for.

    Names that begin with ``.`` or ``_`` are passed over, as by other programs that read such folders. Links
    are followed as `harness.labelling.part_files.files_of` says.

    Parameters
    ----------
    source : str
        A folder, or a pattern with ``*``, ``?``, ``[]`` or ``**``.
    out : Path
        The folder for labels; each file keeps its place and name in it, but for the extension.
    form : str, optional
        ``jsonl``, ``csv`` or ``parquet`` for all; as each input's without it.

    Raises
    ------
    InputError
        There are none, a link leads out of the folder, the folder of labels lies among them, or its name is
        that of a file.
    ProblemsError
        Two would have the same file of labels.
    """
    if form is not None and f".{form}" not in FORMATS:
        known = [name[1:] for name in FORMATS]
        raise InputError(f"unknown format '{form}'", hint=did_you_mean(form, known))
    if out.suffix.lower() in FORMATS or out.is_file():
        raise InputError("is a file, and the labels of parts need a folder", place=out, hint="--out FOLDER")
    top, found = top_of(source), files_of(source)
    if not found:
        hint = f"they end in {', '.join(SUFFIXES)}"
        raise InputError("holds no files of statements", place=Path(source), hint=hint)
    inside = next((path for path in found if out.resolve() in path.resolve().parents), None)
    if inside or out.resolve() == top.resolve():
        raise InputError("the labels would lie among the statements", place=out, hint="choose another --out")
    parts = [_part(path, out, path.relative_to(top), form) for path in found]
    first: dict[Path, Part] = {}
    twice = [p for p in parts if first.setdefault(p.out, p) is not p]
    if twice:
        raise ProblemsError(_clash(p, first[p.out]) for p in twice)
    return parts


def _clash(part: Part, other: Part) -> Problem:
    message = f"its labels and those of {other.source.name} would both be {part.out.name}"
    return Problem(Place(str(part.source)), "duplicate-part", message, "rename one of them")


def _part(source: Path, out: Path, place: Path, form: str | None) -> Part:
    suffix = f".{form}" if form else WRITTEN.get(source.suffix.lower(), source.suffix.lower())
    name = place.with_suffix(suffix)
    record = out / ".labelled" / name.with_name(f"{name.name}.json")
    return Part(source.resolve(), (out / name).resolve(), record.resolve())
