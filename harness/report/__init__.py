"""Scores -> what people and programs read: terminal, Markdown, HTML, LaTeX, CSV, JSON, Parquet.

Everything heavy (Jinja2, matplotlib, pyarrow, rich) is imported inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from harness.records import RunRecord, Scores

FORMATS = ("md", "html", "latex", "csv", "json", "parquet")
"""What `render` can make; all but parquet are text."""


def write_reports(
    folder: Path, record: RunRecord, scores: Scores, *, config_yaml: str, manifest: Mapping[str, Any]
) -> None:
    """Write ``report.md``, ``report.html`` and ``figures/*.svg`` into a run folder.

    The same arguments give the same bytes: no clock is read, times are the manifest's.

    Parameters
    ----------
    folder : Path
        The run's folder.
    record : RunRecord
    scores : Scores
        What was scored from the record.
    config_yaml : str
        The resolved configuration.
    manifest : mapping
        The run's manifest; its short entries are shown.

    Raises
    ------
    RunError
        A file cannot be written.
    """
    from harness.report.facts import facts
    from harness.report.figures import draw
    from harness.report.html import to_html
    from harness.report.markdown import to_markdown
    from harness.textfile import write_text

    about = facts(scores, str(record.config.get("name", "run")), config_yaml, manifest)
    drawings = draw(scores)
    for d in drawings:
        write_text(folder / d.path, d.file)
    write_text(folder / "report.md", to_markdown(scores, about, [(d.path, d.alt) for d in drawings]))
    write_text(folder / "report.html", to_html(record, scores, about, drawings))


def render(
    format: str,  # noqa: A002  # the command's own word
    record: RunRecord,
    scores: Scores,
    *,
    config_yaml: str = "",
    manifest: Mapping[str, Any] | None = None,
) -> str | bytes:
    """Return the report in one of `FORMATS`: bytes for parquet, text for all others.

    Raises
    ------
    InputError
        There is no such format.
    RunError
        A library that the format needs is not installed.
    """
    from harness.report import table
    from harness.report.facts import facts

    if format in ("csv", "json", "parquet"):
        makers: dict[str, Callable[[Scores], str | bytes]]
        makers = {"csv": table.to_csv, "json": table.to_json_table, "parquet": table.to_parquet}
        return makers[format](scores)
    if format == "latex":
        from harness.report.latex import to_latex

        return to_latex(scores)
    about = facts(scores, str(record.config.get("name", "run")), config_yaml, manifest or {})
    if format == "md":
        from harness.report.markdown import to_markdown

        return to_markdown(scores, about)
    if format == "html":
        from harness.report.figures import draw
        from harness.report.html import to_html

        return to_html(record, scores, about, draw(scores))
    raise InputError(f"unknown format '{format}'", hint=did_you_mean(format, FORMATS))
