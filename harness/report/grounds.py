"""What the figures of a run rest on, for a reader who knows nothing of its data: sample, labels, models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from harness.records import AnnotatorAgreement, Scores
from harness.report.digits import counted, decimal, listed, percent

EFFECTIVE = "as many statements as these are worth if those of one group all tell the same"
"""What ``effective n`` is (Kish 1965): the squared sum of the group sizes, over the sum of their squares."""
_MANY = {"language model": "language models, not people", "person": "people"}


def grounds(scores: Scores, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return sentences on the sample, the labels and what models know besides training statements.

    Parameters
    ----------
    scores : Scores
    manifest : mapping
        ``grounds`` has what the corpus and the models declare, ``config`` whose labels were scored. What
        neither says is not said here either; a run of an earlier version has no ``grounds``.
    """
    declared = _mapping(manifest.get("grounds"))
    kinds = Counter(map(str, _mapping(declared.get("annotators")).values()))
    data = _mapping(_mapping(manifest.get("config")).get("data"))
    models = _mapping(declared.get("models"))
    return (
        _sample(scores),
        *_labels(scores.agreement, kinds, str(data.get("annotator", "gold"))),
        *(f"Model {name}: it {what}." for name, what in models.items()),
    )


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _sample(scores: Scores) -> str:
    where = f" from {counted(scores.n_articles, 'article')}" if scores.n_articles else ""
    size = f"{counted(scores.n, 'statement')} in {counted(scores.n_groups, 'group')}{where}"
    return f"Sample: {size}. Effective n {decimal(scores.n_effective, 1)}: {EFFECTIVE}."


def _labels(found: AnnotatorAgreement | None, kinds: Counter[str], whose: str) -> Iterator[str]:
    parts = [] if whose == "gold" else [f"Those of one annotator, {whose}."]
    if found is not None:
        unanimous = percent(round(found.unanimous / found.n, 3))
        who, what = counted(found.n_annotators, "annotator"), counted(found.n, "statement")
        alpha = decimal(found.alpha.value)
        parts.append(
            f"{who}, unanimous on {unanimous} of the {what} that have labels of at least two of them "
            f"(Krippendorff's alpha {alpha})."
        )
    if kinds:
        parts.append(_who(kinds, max(kinds.total(), found.n_annotators if found else 0)))
    if kinds["language model"]:
        parts.append(
            "Language models err alike, so their agreement overstates how reliable the labels are, and a "
            "model of their kind may score higher than labels by people would let it."
        )
    if parts:
        yield " ".join(["Labels:", *parts])


def _who(kinds: Counter[str], n: int) -> str:
    """Say what the annotators are, and of how many of all ``n`` the corpus says nothing."""
    silent = n - kinds.total()
    if not silent and len(kinds) == 1:
        kind = next(iter(kinds))
        return f"The annotators are {_MANY.get(kind, kind)}." if n > 1 else f"The annotator is a {kind}."
    named = [counted(k, kind).replace("persons", "people") for kind, k in sorted(kinds.items())]
    more = f"; of {counted(silent, 'other')} the corpus does not say it" if silent else ""
    return f"The annotators are {listed(named)}{more}."
