"""Agreement reports -> what the terminal and other programs read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from harness.alpha import Interval, Value
from harness.annotate.agreement.gamma import gammas, mean_gamma
from harness.annotate.agreement.report import ABSENT, Report, agreement_reports
from harness.annotate.agreement.scale import ScaleAgreement
from harness.annotate.agreement.statements import agreement_table, shared_files
from harness.corpus import Corpus
from harness.textfile import to_json

SHORT = 100
_SCALES = {"ordinal": "by their order", "distances": "by their distances"}


def agreement_text(corpus: Corpus, *, seed: int = 0, details: bool = False, gamma: bool = False) -> str:
    """Return the table of every two annotators, then one report for each set of them."""
    reports = agreement_reports(corpus, np.random.default_rng(seed))
    parts = [agreement_table(corpus)]
    for report in reports:
        elsewhere = () if report is reports[-1] else reports[-1].articles
        parts.append(report_text(report, details=details, elsewhere=elsewhere))
        if gamma:
            parts.append(_gamma_text(_gammas(corpus, report, seed)))
    return "\n\n".join(parts)


def agreement_json(corpus: Corpus, *, seed: int = 0, details: bool = False, gamma: bool = False) -> str:
    """Return the same as one JSON object, which always has the details."""
    reports = agreement_reports(corpus, np.random.default_rng(seed))
    rows = [_plain(asdict(report)) for report in reports]
    for row, report in zip(rows, reports, strict=True):
        if gamma:
            row["gamma"] = _plain(_gammas(corpus, report, seed))
    reason = None if rows else "fewer than two annotators"
    return to_json({"schema": 1, "seed": seed, "reason": reason, "reports": rows}, indent=1)


def report_text(report: Report, *, details: bool = False, elsewhere: Collection[str] = ()) -> str:
    """Return a report in Markdown: coefficients, labels, confusion, and what the annotators disagree on.

    Parameters
    ----------
    report : Report
    details : bool
        Show the whole text of every disagreement, with the statements' ids; else its beginning.
    elsewhere : collection of str
        Articles whose disagreements are only counted, because the report on all annotators lists them.
    """
    if not report.articles:
        return f"{_title(report)}\n\nAgreement is undefined: there is no article that all of them annotated."
    parts = [_head(report), _coefficients(report), _labels(report)]
    if report.confusion is not None:
        parts.append(_confusion(report))
    return "\n\n".join([*parts, _disagreements(report, details, elsewhere)])


def _title(report: Report) -> str:
    return f"## {', '.join(report.annotators)}"


def _head(report: Report) -> str:
    statements = _number(report.n_units, "statement")
    articles = _number(len(report.articles), "article")
    found = f"{report.n_shared} found by both"
    if report.pair is None:
        found = f"{report.n_shared} found by two or more, {report.n_complete} by all"
    return f"{_title(report)}\n\n{statements} in {articles} that all of them annotated; {found}."


def _coefficients(report: Report) -> str:
    rows: list[tuple[str, Value, Interval | None]]
    rows = [("α of characters (in a span or not)", report.character_alpha, report.character_interval)]
    if report.pair is not None:
        rows += [
            ("span F1, exact", report.pair.span_f1_exact, None),
            ("span F1, overlapping", report.pair.span_f1_overlap, None),
            ("same label", report.pair.observed, None),
        ]
    rows.append(("α of labels", report.alpha, report.alpha_interval))
    if report.scale is not None:
        rows.append(
            (f"α of labels, {_SCALES[report.scale.level]}", report.scale.alpha, report.scale.interval)
        )
    if report.pair is not None:
        rows.append(("Cohen's κ", report.pair.kappa, None))
    else:
        rows.append(("Fleiss' κ (of what all found)", report.fleiss, None))
    rows.append(("Gwet's AC1", report.ac1, None))
    lines = [[name, value_text(value), _interval(interval)] for name, value, interval in rows]
    table = _table(("measure", "value", "95 % interval over articles"), lines)
    return table if report.scale is None else f"{table}\n\n{_scale(report.scale)}"


def _scale(scale: ScaleAgreement) -> str:
    """Say what the labels' scale is, and what has no place on it."""
    said = "Distances between labels: see annotations/scheme.yaml."
    if scale.level == "ordinal":
        said = f"Order of the labels: {' < '.join(scale.labels)}."
    n = _number(scale.n_without_place, "exclusion")
    return f"{said} Without a place there, and counted as missing: {n}." if scale.n_without_place else said


def _labels(report: Report) -> str:
    head = ("label", *(f"uses by {who}" for who in report.annotators), "specific agreement", "α")
    lines = [
        [x.label, *map(str, x.uses or (0,) * len(report.annotators)), value_text(x.f1), value_text(x.alpha)]
        for x in report.per_label
    ]
    return _table(head, lines)


def _confusion(report: Report) -> str:
    assert report.confusion is not None
    a, b = report.annotators
    every = (*report.labels, ABSENT)
    lines = [[name, *map(str, row)] for name, row in zip(every, report.confusion, strict=True)]
    return _table((f"{a} ↓ {b} →", *every), lines)


def _disagreements(report: Report, details: bool, elsewhere: Collection[str]) -> str:
    if not report.disagreements:
        return "No disagreement."
    listed = [x for x in report.disagreements if x.article not in elsewhere]
    head, others = _number(len(report.disagreements), "disagreement"), len(report.disagreements) - len(listed)
    if others:
        said = f"{others} of them" if listed else "listed"
        head += f", {said} in the report on all annotators below"
    lines = [f"{head}{':' if listed else '.'}"]
    for x in listed:
        said = ", ".join(f"{who}: {label}" for who, label in x.labels.items())
        text = " ".join(x.text.split())
        shown = text if details or len(text) <= SHORT else f"{text[: SHORT - 1]}…"
        lines.append(f"- {x.article}:{x.start} {said}\n  “{shown}”")
        if details:
            lines.append(f"  {', '.join(x.ids.values())}")
    return "\n".join(lines)


def _gammas(corpus: Corpus, report: Report, seed: int) -> dict[str, Value]:
    files = shared_files(corpus, report.annotators)
    found = gammas(report.articles, files, np.random.default_rng(seed))
    return {**found, "mean": mean_gamma(found)}


def _gamma_text(values: Mapping[str, Value]) -> str:
    return _table(("article", "γ"), [[article, value_text(value)] for article, value in values.items()])


def _plain(value: Any) -> Any:
    if isinstance(value, tuple) and len(value) == 2 and _is_value(value):
        return {"value": value[0], "reason": value[1]}
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def _is_value(pair: tuple[Any, ...]) -> bool:
    """Tell ``(value, reason)`` from other pairs: exactly one of the two is None."""
    return (pair[0] is None) != (pair[1] is None) and isinstance(pair[0], float | None)


def value_text(value: Value) -> str:
    """Return three decimals, or ``undefined:`` and the reason."""
    number, reason = value
    return f"undefined: {reason}" if number is None else f"{number:.3f}"


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    if interval.low is None or interval.high is None:
        return f"none: {interval.reason}"
    return f"{interval.low:.3f} to {interval.high:.3f} ({_number(interval.n_articles, 'article')})"


def _number(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
