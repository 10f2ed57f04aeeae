"""report.html: one self-contained page that asks the network for nothing and works without JavaScript."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from harness.records import RunRecord, Scores
from harness.report.digits import typographic
from harness.report.document import document
from harness.report.facts import GROUNDS, PARTIAL, Facts
from harness.report.figures import Drawing
from harness.report.scores import comparison_tables, score_tables
from harness.report.sentence import sentence
from harness.report.statements import LARGEST, statements
from harness.report.tables import Section, splits_of

if TYPE_CHECKING:
    from jinja2 import Template


def to_html(record: RunRecord, scores: Scores, facts: Facts, drawings: Sequence[Drawing]) -> str:
    """Return the page; everything from data or configuration is escaped by the template engine."""
    from markupsafe import Markup

    split = splits_of(scores)[0] if scores.evaluations else ""
    return _template("page.html").render(
        title=f"{facts.name}: report{' (PARTIAL)' if scores.partial else ''}",
        facts=facts,
        scores=scores,
        partial=PARTIAL if scores.partial else "",
        grounds=GROUNDS,
        summary=typographic(sentence(scores)),
        further=[(s, typographic(sentence(scores, s))) for s in splits_of(scores)[1:]],
        sections=document(scores),
        # Made by this package from text that it escaped itself.
        figures=[(d.section, d.title, Markup(d.page)) for d in drawings],
        split=split,
        statements=statements(record, split),
        n_statements=len(record.examples),
        largest=LARGEST,
    )


def excerpt(scores: Scores) -> str:
    """Return scores and comparisons as an HTML fragment, for a notebook; everything in it is escaped."""
    sections = (score_tables(scores), comparison_tables(scores, brief=True))
    return _template("fragment.html").render(
        summary=typographic(sentence(scores)),
        partial=PARTIAL if scores.partial else "",
        sections=[s for s in sections if s is not None],
    )


def section_page(section: Section) -> str:
    """Return a page with the tables of one section, such as a leaderboard; it has no script."""
    return _template("section.html").render(title=section.title, section=section, script="")


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"typographic": typographic, "sha256": _source_hash, "anchor": _anchor}
    return environment.get_template(name)


def _source_hash(text: str) -> str:
    """Return a script's hash as a Content-Security-Policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _anchor(text: str) -> str:
    """Return an id for HTML that differs for texts that differ."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
