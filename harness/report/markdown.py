"""report.md: the same tables as plain text that repositories and editors show."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.records import Scores
from harness.report.document import document
from harness.report.facts import GROUNDS, PARTIAL, Facts
from harness.report.sentence import sentence
from harness.report.tables import Cell, Section, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def to_markdown(scores: Scores, facts: Facts, figures: Sequence[tuple[str, str]] = ()) -> str:
    """Return the whole report.

    Parameters
    ----------
    scores : Scores
    facts : Facts
    figures : sequence of (path, alternative text)
        Shown after the summary.
    """
    parts = [f"# {escape(facts.name)}"]
    if scores.partial:
        parts.append(f"**{PARTIAL}**")
    parts += [escape(sentence(scores)), " · ".join(f"{escape(k)} {escape(v)}" for k, v in facts.sizes)]
    parts += [f"![{escape(alt)}]({path})" for path, alt in figures]
    if facts.grounds:
        parts.append(f"## {GROUNDS}\n\n" + "\n".join(f"- {escape(g)}" for g in facts.grounds))
    parts += [markdown_section(s) for s in document(scores)]
    if scores.notes:
        parts.append("## Notes\n\n" + "\n".join(f"- {escape(n)}" for n in scores.notes))
    parts.append("## How to cite\n\n" + escape(facts.citation))
    parts.append("Signature:\n\n" + _fenced(scores.signature, ""))
    if facts.manifest:
        rows = "\n".join(f"| {escape(k)} | {escape(v)} |" for k, v in facts.manifest)
        parts.append(f"## Manifest\n\n| key | value |\n|:--|:--|\n{rows}")
    if facts.config_yaml:
        parts.append("## Configuration\n\n" + _fenced(facts.config_yaml.rstrip("\n"), "yaml"))
    return "\n\n".join(parts) + "\n"


def markdown_section(section: Section) -> str:
    """Return a heading, what a reader must know, and the tables; ends without a newline."""
    return "\n\n".join(
        [f"## {escape(section.title)}", escape(section.lead), *(markdown_table(t) for t in section.tables)]
    )


def markdown_table(table: Table) -> str:
    """Return a table with its caption above and its footnotes below."""
    width = range(len(table.head))
    body = [[_cell(row[i], table.align[i]) for i in width] for row in table.rows]
    head = [escape(h) for h in table.head]
    sizes = [max(3, *(len(row[i]) for row in [head, *body])) for i in width]

    def line(cells: Sequence[str]) -> str:
        padded = (
            c.rjust(n) if a == "r" else c.ljust(n) for c, n, a in zip(cells, sizes, table.align, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    rule = "|".join(
        f"{'-' * (n + 1)}:" if a == "r" else f":{'-' * (n + 1)}"
        for n, a in zip(sizes, table.align, strict=True)
    )
    notes = "\n".join(f"<sup>{i}</sup> {escape(n)}<br>" for i, n in enumerate(table.notes, 1))
    text = "\n".join([line(head), f"|{rule}|", *(line(row) for row in body)])
    return f"**{escape(table.caption)}**\n\n{text}" + (f"\n\n{notes.removesuffix('<br>')}" if notes else "")


def _cell(cell: Cell, align: str) -> str:
    text = cell.text if align == "r" else escape(cell.text)
    return f"{text} <sup>{cell.note}</sup>" if cell.note else text


def _fenced(text: str, language: str) -> str:
    """Return a code block whose fence is longer than any run of backticks in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
