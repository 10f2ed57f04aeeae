"""Several annotators' labels -> how far they agree, and how near to their distribution a model comes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from harness.alpha import alpha_of, coincidences_of, distances
from harness.distribution_scores import (
    AGAINST_DISTRIBUTIONS,
    DISTANCES,
    ENTROPY_CORRELATION,
    correlation,
    entropy,
    moments,
)
from harness.numbering import vote_counts, vote_numbers, voters
from harness.records import AnnotatorAgreement, Disagreement, Pool, Score
from harness.tested import FloatArray, IntArray, Tested, as_score, of_fixed

NO_PROBABILITIES = "no_probabilities: the model gives labels without probabilities"
NO_DISTRIBUTION = "no_distribution: no tested statement has labels of two annotators or a distribution"
CONSTANT = "the entropy of the model's or of the annotators' distributions is the same everywhere"


def agreement(tested: Tested) -> AnnotatorAgreement | None:
    """Measure the annotators' agreement; None where no statement has labels of two of them.

    Over all statements of the run, whether tested or not, with intervals over statement groups.
    """
    examples = tested.record.examples
    labels = tested.record.labels
    counts = vote_counts(examples, labels)
    at = np.flatnonzero(counts.sum(axis=1) > 1)
    if not len(at):
        return None
    counts = counts[at]
    n = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1) / (n * (n - 1))
    observed = tested.mean_interval(same, at, "agreement", "observed", low=0.0, high=1.0)
    return AnnotatorAgreement(
        n=len(at),
        n_groups=len(np.unique(tested.groups[at])),
        n_annotators=sum(bool((vote_numbers(examples, who, labels) >= 0).any()) for who in voters(examples)),
        unanimous=int((counts.max(axis=1) == n).sum()),
        observed=as_score(observed),
        alpha=_alpha(tested, counts, at),
    )


def _alpha(tested: Tested, counts: IntArray, at: IntArray) -> Score:
    """Krippendorff's nominal alpha of ``(n, n_labels)`` counts of labels."""
    nominal = distances("nominal", tested.record.labels)
    tables = coincidences_of(counts)
    _, why = alpha_of(tables.sum(axis=0), nominal)

    def of(sums: FloatArray) -> FloatArray:
        values = [alpha_of(table, nominal)[0] for table in sums.reshape(-1, *sums.shape[-2:])]
        return np.array(values, dtype=np.float64).reshape(sums.shape[:-2])

    words = "agreement", "alpha"
    found = tested.sums_interval(tables[:, None], at, of, *words, low=-1, high=1, undefined=why or "")
    return as_score(found)


def disagreements(tested: Tested, split: str) -> Iterator[Disagreement]:
    """Yield how much the annotators disagree on what a split tests; nothing without distributions."""
    pool = next(p for p in tested.record.pools if p.split == split)
    at, wanted = _known(tested, pool)
    if len(at):
        high = float(np.log(wanted.shape[1]))
        found = tested.mean_interval(entropy(wanted), at, "interval", "entropy", split, low=0.0, high=high)
        yield Disagreement(split, len(at), as_score(found))


def distribution_scores(tested: Tested, pool: Pool) -> dict[str, Score]:
    """Score a model's probabilities against the annotators' distributions.

    Empty where the data have none. Intervals are over groups and take the predictions as fixed; a model
    without probabilities, and a split that tests no such statement, get a reason in place of values.
    """
    if tested.distributions is None:
        return {}
    at, wanted = _known(tested, pool)
    if pool.probabilities is None or not len(at):
        why = NO_PROBABILITIES if pool.probabilities is None else NO_DISTRIBUTION
        return {name: Score(None, level=tested.level, reason=why) for name in AGAINST_DISTRIBUTIONS}
    tables = pool.probabilities[:, at]
    place, out = (pool.split, pool.model), {}
    for name, (function, low, high) in DISTANCES.items():
        each = np.stack([function(table, wanted) for table in tables])
        values = each.reshape(len(pool.seeds), -1, len(at)).mean(axis=1)
        found = tested.mean_interval(values, at, "interval", name, *place, low=low, high=high)
        out[name] = of_fixed(found, pool)
    theirs, name = entropy(wanted), ENTROPY_CORRELATION
    sums = np.stack([moments(entropy(table), theirs) for table in tables], axis=1)
    words = "interval", name, *place
    found = tested.sums_interval(sums, at, correlation, *words, low=-1, high=1, undefined=CONSTANT)
    return {**out, name: of_fixed(found, pool)}


def _known(tested: Tested, pool: Pool) -> tuple[npt.NDArray[np.intp], FloatArray]:
    """Return the places of the tested statements whose distribution is known, and the distributions."""
    wanted = tested.distributions
    if wanted is None:
        return np.zeros(0, dtype=np.intp), np.zeros((0, len(tested.record.labels)))
    at = np.flatnonzero((pool.predicted[0] >= 0) & ~np.isnan(wanted[:, 0]))
    return at, wanted[at]
