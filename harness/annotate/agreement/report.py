"""Everything that ``harness annotate agree`` says: one report for each set of annotators of a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from harness.alpha import (
    Floats,
    Interval,
    Value,
    alpha_interval,
    alpha_of,
    coincidences,
    distances,
    krippendorff_alpha,
)
from harness.annotate.agreement.alignment import Unit, align_all
from harness.annotate.agreement.kappa import fleiss_kappa, gwet_ac1
from harness.annotate.agreement.scale import ScaleAgreement, scale_agreement
from harness.annotate.agreement.spans import span_tables
from harness.annotate.agreement.statements import (
    Agreement,
    agreement,
    files_of,
    label_of,
    shared_articles,
    shared_files,
)
from harness.corpus import Corpus
from harness.records import Statement

ABSENT = "not found"


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """Agreement on one label: how often each annotator used it, and where they did.

    ``f1`` is the share of its uses that another annotator's label of the same unit repeats (the specific
    agreement of two annotators); ``alpha`` is that of the label against all others.
    """

    label: str
    uses: tuple[int, ...]
    f1: Value
    alpha: Value


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A stretch of text that was labelled differently, or that somebody did not find."""

    article: str
    start: int
    text: str
    labels: Mapping[str, str]
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """Agreement of two or more annotators on the articles that all of them annotated.

    Attributes
    ----------
    n_units, n_shared, n_complete : int
        Statements that anybody found, two or more found, all found.
    scale : ScaleAgreement or None
        Where the scheme has an order of its labels, or distances between them.
    pair : Agreement or None
        What is defined for two annotators alone.
    confusion : (n_labels, n_labels) tuple of tuples of int, or None
        For two annotators: rows are the first one's labels, columns the second's, over ``labels`` and
        ``not found``.
    """

    annotators: tuple[str, ...]
    articles: tuple[str, ...]
    n_units: int
    n_shared: int
    n_complete: int
    labels: tuple[str, ...]
    character_alpha: Value
    character_interval: Interval
    alpha: Value
    alpha_interval: Interval
    scale: ScaleAgreement | None
    fleiss: Value
    ac1: Value
    per_label: tuple[LabelAgreement, ...]
    pair: Agreement | None
    confusion: tuple[tuple[int, ...], ...] | None
    disagreements: tuple[Disagreement, ...]


def agreement_reports(corpus: Corpus, rng: np.random.Generator, *, resamples: int = 2000) -> list[Report]:
    """Report on every two annotators, and on all of them where there are more than two.

    Parameters
    ----------
    corpus : Corpus
    rng : numpy.random.Generator
        For the intervals over articles.
    resamples : int

    Returns
    -------
    list of Report
        Empty with fewer than two annotators.
    """
    names = tuple(files_of(corpus))
    sets: list[tuple[str, ...]] = list(combinations(names, 2))
    if len(names) > 2:
        sets.append(names)
    return [report(corpus, chosen, rng, resamples=resamples) for chosen in sets]


def report(
    corpus: Corpus, names: Sequence[str], rng: np.random.Generator, *, resamples: int = 2000
) -> Report:
    """Report on some annotators of a corpus, two at least."""
    files = shared_files(corpus, names)
    articles = shared_articles(corpus, names)
    units = align_all(files)
    labels = _labels(corpus, units)
    rows = _rows(units, names)
    nominal = distances("nominal", labels)
    by_article = [[r for u, r in zip(units, rows, strict=True) if _article(u) == a] for a in articles]
    tables = [coincidences(rows_of_one, labels) for rows_of_one in by_article]
    spans = span_tables({a: len(corpus.articles[a].text) for a in articles}, files)
    in_or_out = distances("nominal", ("out", "in"))
    complete = [row for row in rows if None not in row]
    return Report(
        annotators=tuple(names),
        articles=articles,
        n_units=len(units),
        n_shared=sum(len(u) > 1 for u in units),
        n_complete=len(complete),
        labels=labels,
        character_alpha=_character_alpha(spans),
        character_interval=alpha_interval(spans, in_or_out, rng, resamples=resamples),
        alpha=krippendorff_alpha(rows),
        alpha_interval=alpha_interval(tables, nominal, rng, resamples=resamples),
        # a stream of its own, so that a declared order leaves every other interval as it was
        scale=scale_agreement(corpus.scheme, by_article, rng.spawn(1)[0], resamples=resamples),
        fleiss=fleiss_kappa(complete) if complete else (None, "no statement was found by every annotator"),
        ac1=gwet_ac1([r for u, r in zip(units, rows, strict=True) if len(u) > 1], labels),
        per_label=tuple(_label(label, rows) for label in labels),
        pair=agreement(names[0], files[names[0]], names[1], files[names[1]]) if len(names) == 2 else None,
        confusion=_confusion(units, names, labels) if len(names) == 2 else None,
        disagreements=tuple(_disagreement(u, names) for u in units if _differ(u, names)),
    )


def _article(unit: Unit) -> str:
    return next(iter(unit.values())).article


def _labels(corpus: Corpus, units: Sequence[Unit]) -> tuple[str, ...]:
    """Return the scheme's labels, then the exclusions that somebody used."""
    names = corpus.scheme.names
    used = {label_of(s) for u in units for s in u.values()}
    return (*names, *sorted(used - set(names)))


def _rows(units: Sequence[Unit], names: Sequence[str]) -> list[list[str | None]]:
    return [[label_of(u[who]) if who in u else None for who in names] for u in units]


def _character_alpha(spans: Sequence[Floats]) -> Value:
    table = np.sum(spans, axis=0) if spans else np.zeros((2, 2))
    value, why = alpha_of(table, distances("nominal", ("out", "in")))
    if why is None:
        return value, None
    return None, "nobody annotated a statement" if not table[1].any() else "the annotators marked all or none"


def _label(label: str, rows: Sequence[Sequence[str | None]]) -> LabelAgreement:
    """Agreement on one label over the units that at least two annotators found."""
    shared = [row for row in rows if sum(v is not None for v in row) > 1]
    uses = tuple(sum(v == label for v in column) for column in zip(*shared, strict=True))
    same, possible = 0, 0
    for row in shared:
        n, others = row.count(label), sum(v is not None for v in row) - 1
        same, possible = same + n * (n - 1), possible + n * others
    against = [[None if v is None else v == label for v in row] for row in shared]
    f1: Value = (same / possible, None) if possible else (None, "nobody used the label")
    alpha = krippendorff_alpha(against)
    if alpha[0] is None and not possible:
        alpha = None, "nobody used the label"
    return LabelAgreement(label, uses, f1, alpha)


def _confusion(
    units: Sequence[Unit], names: Sequence[str], labels: Sequence[str]
) -> tuple[tuple[int, ...], ...]:
    said = Counter(tuple(_said(u.get(who)) for who in names) for u in units)
    every = (*labels, ABSENT)
    return tuple(tuple(said[row, column] for column in every) for row in every)


def _said(s: Statement | None) -> str:
    return label_of(s) if s else ABSENT


def _differ(unit: Unit, names: Sequence[str]) -> bool:
    return len({_said(unit.get(who)) for who in names}) > 1


def _disagreement(unit: Unit, names: Sequence[str]) -> Disagreement:
    first = min(unit.values(), key=lambda s: s.content[0].start)
    return Disagreement(
        article=first.article,
        start=first.content[0].start,
        text=first.text,
        labels={who: _said(unit.get(who)) for who in names},
        ids={who: s.id for who, s in unit.items()},
    )
