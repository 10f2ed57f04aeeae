"""How far the annotators agree, and how near to the distribution of their labels each model comes."""

from __future__ import annotations

from harness.distribution_scores import AGAINST_DISTRIBUTIONS
from harness.records import Disagreement, Evaluation, Scores
from harness.report.digits import counted, metric_name, percent, with_interval
from harness.report.tables import Cell, Footnotes, Section, Table, all_levels, rows_of, splits_of


def agreement(scores: Scores) -> Section | None:
    """Return the annotators' agreement; None where no statement has labels of two of them."""
    found = scores.agreement
    if found is None:
        return None
    notes = Footnotes()
    cells: list[Cell | str] = [
        counted(found.n_annotators, "annotator"),
        f"{found.n:,}",
        f"{found.unanimous:,} ({percent(round(found.unanimous / found.n, 3))})",
        notes.score(found.observed),
        notes.score(found.alpha),
    ]
    head = ("labels of", "statements", "unanimous", "observed agreement", "Krippendorff's alpha")
    lead = (
        f"On the statements of this run with labels of at least two annotators, with {all_levels(scores)} "
        "intervals over statement groups. Observed agreement: the share of pairs of a statement's labels "
        "that are the same, a mean over statements. Alpha is nominal: 1 if all agree, 0 if they agree as "
        "often as by chance. Statements that were left out before the run, such as ties, are not in it; "
        "without them agreement looks higher than it was."
    )
    caption = f"Agreement in {counted(found.n_groups, 'group')}"
    table = Table("agreement", caption, head, "lrrrr", rows_of([cells]), tuple(notes.texts))
    return Section("agreement", "Agreement of the annotators", lead, (table,))


def distributions(scores: Scores) -> Section | None:
    """Return one table a split of models scored against the annotators' distributions; None without any."""
    tables = []
    for split in splits_of(scores):
        known = next((d for d in scores.disagreement if d.split == split), None)
        mine = [e for e in scores.evaluations if e.split == split]
        if known is not None:
            tables.append(_table(known, mine))
    if not tables:
        return None
    lead = (
        "The probabilities that models give, against the shares of annotators who gave each label; in the "
        "first three less is better. Cross-entropy (in nats) is at least the entropy of the annotators' "
        "own distributions. Jensen-Shannon divergence (base 2) and total variation are 0 if the two are "
        "equal and 1 if no label is in both. Entropy correlation: whether a model is unsure where the "
        "annotators disagree. The intervals take the predictions as fixed, also those of trained models. "
        "Shares of few annotators are themselves uncertain, and no interval here knows that."
    )
    return Section("distributions", "Distributions of labels", lead, tuple(tables))


def _table(known: Disagreement, evaluations: list[Evaluation]) -> Table:
    notes = Footnotes()
    rows: list[list[Cell | str]] = [
        [e.model, *(notes.score(e.scores[name]) for name in AGAINST_DISTRIBUTIONS if name in e.scores)]
        for e in evaluations
    ]
    entropy = with_interval(known.entropy.value, known.entropy.ci_low, known.entropy.ci_high)
    head = ("model", *map(metric_name, AGAINST_DISTRIBUTIONS))
    caption = (
        f"Split {known.split}: {counted(known.n, 'statement')} with a distribution, of mean entropy {entropy}"
    )
    return Table(f"distributions-{known.split}", caption, head, "lrrrr", rows_of(rows), tuple(notes.texts))
