"""The metrics that a configuration defines: types with parameters, and how an entry becomes a `Metric`.

An entry of ``evaluation.metrics`` is the name of a row of :data:`harness.metrics.METRICS`, or a mapping with
a ``name`` of its own, a ``type`` of :data:`TYPES` and that type's parameters.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from harness.errors import InputError, Place, did_you_mean
from harness.field_metrics import WHEN_UNDEFINED, MeanOver, OverValues, Weighted
from harness.metrics import METRICS, Metric, metric
from harness.numbering import part_values
from harness.records import Example
from harness.run_config import NAME
from harness.spec import Spec
from harness.user_metric import UserFunction, imported

MOST_VALUES = 200
"""Values of a field over which a metric is averaged, at most: each has a table of its own."""


class MetricSpec(Spec):
    """A metric that a configuration defines; see the subclasses for what each type measures."""

    summary: ClassVar[str] = ""
    name: Annotated[
        str | None,
        Field(pattern=NAME, max_length=100, description="what results call it; evaluation.metrics needs it"),
    ] = None
    over: Annotated[
        str | None,
        Field(description="a part such as target: score each of its values apart, then take the mean"),
    ] = None
    _places: dict[str, Place] = PrivateAttr(default_factory=dict)

    def built(self, labels: Sequence[str]) -> Metric:
        """Return the metric of pooled statements, for labels in this order."""
        raise NotImplementedError

    def metric(self, labels: Sequence[str]) -> Metric:
        """Return the metric, over the values of a part where that is asked for.

        Raises
        ------
        InputError
            A parameter names a label that the data do not have.
        """
        for _, message, hint in self.misfits(labels):
            raise InputError(f"the metric '{self.said}': {message}", hint=hint)
        pooled = replace(self.built(labels), name=self.said)
        if self.over is None:
            return replace(pooled, title=f"{pooled.title}, all statements pooled")
        return replace(
            pooled,
            of=OverValues(pooled.of, len(labels)),
            over=self.over,
            title=f"mean over the values of {self.over}, each scored apart, of: {pooled.title}",
            undefined_when=f"{pooled.undefined_when}, or no statement has it, within one {self.over}",
        )

    @property
    def said(self) -> str:
        """The name that results call it by; the type's where the configuration gives none."""
        return self.name or str(getattr(self, "type"))  # noqa: B009

    def place(self, key: str) -> Place | None:
        """Where the configuration says ``key``, if it came from a file."""
        return self._places.get(key) or self._places.get("")

    def located(self, places: Mapping[str, Place]) -> Self:
        """Remember where the configuration says each key."""
        self._places.update(places)
        return self

    def misfits(self, labels: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Yield ``key, message, hint`` for every parameter that these labels do not fit."""
        for key, label in self.named_labels():
            if label not in labels:
                yield key, f"'{label}' is none of the labels", did_you_mean(label, labels)

    def named_labels(self) -> Iterable[tuple[str, str]]:
        """Yield the labels that parameters name, each with its key."""
        return ()


class Plain(MetricSpec):
    """A metric of `harness list metrics` under a name of one's own, for its mean over a field's values.

    Source and edge cases are those of the metric. With ``over``, a value in which it is undefined makes
    the mean undefined.
    """

    type: Annotated[str, Field(description="the metric")]

    def built(self, labels: Sequence[str]) -> Metric:
        """Return the row of the table."""
        return metric(self.type)


class MeanOfLabels(MetricSpec):
    """Mean of F1 (precision, recall) over some labels, while the others stay in the confusion table.

    With ``labels: [favor, against]`` it is the score of SemEval-2016 Task 6 (Mohammad et al. 2016): a
    statement of a third label that is taken for *favor* still costs precision. With one label it is that
    label's own score; without ``labels`` the mean over all.

    Edge cases: a label without gold and predictions counts 0, as the task's official ``eval.pl`` has it
    (``empty: undefined`` makes the mean undefined in its place). Pooled and per-target figures of one
    system may differ by ten points: ``over: target`` scores each target apart and takes the mean, else
    all statements are pooled first, as the official ranking does.
    """

    summary: ClassVar[str] = "mean of F1, precision or recall over named labels (SemEval-2016 Task 6)"
    type: Literal["mean_f1", "mean_precision", "mean_recall"]
    labels: Annotated[
        list[str] | None, Field(min_length=1, description="the labels that count; null: all")
    ] = None
    empty: Annotated[
        Literal[0, "undefined"],
        Field(description="what a label counts whose score is 0/0: 0 as officially, or undefined"),
    ] = 0

    @field_validator("labels")
    @classmethod
    def _once_each(cls, value: list[str] | None) -> list[str] | None:
        if value is not None and len(set(value)) < len(value):
            raise ValueError("a label is there twice")
        return value

    def named_labels(self) -> Iterable[tuple[str, str]]:
        """Yield the labels that count."""
        return [("labels", label) for label in self.labels or ()]

    def built(self, labels: Sequence[str]) -> Metric:
        """Return the mean, which rests on the named labels alone."""
        part: Any = self.type.removeprefix("mean_")
        named = self.labels or list(labels)
        numbers = tuple(labels.index(label) for label in named)
        word = "F1" if part == "f1" else part
        what = f"{word} of {named[0]}" if len(named) == 1 else f"mean {word} of {', '.join(named)}"
        why = f"a label is {WHEN_UNDEFINED[part]}" if self.empty == "undefined" else "there are no statements"
        of = MeanOver(part, numbers, self.empty == 0)
        return Metric(self.type, of, 0, 1, what, why, each_label=True, labels=numbers)


class Challenge(MetricSpec):
    """The weighted score of the Fake News Challenge (FNC-1, Pomerleau and Rao 2017).

    A right *unrelated* earns 0.25. Where gold and prediction are both related (any label but
    ``unrelated``) 0.25, and 0.75 more if the label is exact. ``as: raw`` is the sum, ``maximum`` what the
    gold labels allow, ``relative`` (the default) 100 x raw / maximum.

    Edge cases: a prediction that is no label earns nothing. Without statements undefined. The two sums
    have no interval of their own, as they grow with the number of statements; that of the relative
    score times maximum / 100 is the raw score's, given the gold labels. Source: the challenge's
    ``scorer.py`` and the baseline's score report.
    """

    summary: ClassVar[str] = "the Fake News Challenge's weighted score: relative, raw or maximum"
    type: Literal["fnc"]
    unrelated: Annotated[str, Field(description="the label of unrelated pairs; all others are related")]
    as_: Annotated[
        Literal["relative", "raw", "maximum"],
        Field(alias="as", description="relative: 100 x raw / maximum"),
    ] = "relative"

    def named_labels(self) -> Iterable[tuple[str, str]]:
        """Yield the label of unrelated pairs."""
        return [("unrelated", self.unrelated)]

    def built(self, labels: Sequence[str]) -> Metric:
        """Return the score; the relative one lies in [0, 100]."""
        title = {"relative": "FNC score, 100 x raw / maximum", "raw": "FNC score, raw sum"}
        return Metric(
            self.type,
            Weighted(labels.index(self.unrelated), self.as_),
            0,
            100 if self.as_ == "relative" else float("inf"),
            title.get(self.as_, "highest FNC score that the gold labels allow"),
            "there are no statements",
            total=self.as_ != "relative",
        )


class Function(MetricSpec):
    """A function of your own, by dotted path; its package must be in ``trust``, but for ``sklearn.metrics``.

    With ``takes: labels`` it is called with two lists of names, gold and predicted (None for a prediction
    that is no label); with ``takes: table`` with an ``(n_labels, n_labels + 1)`` array of counts, gold in
    rows and predictions that are no label in the last column, and the names. It returns a number from
    ``low`` to ``high``, of which more is better.

    Edge cases: None and NaN are undefined, and it is not called without statements. An exception, a value
    that is no number and one outside the range are errors. It is called once for every resample:
    intervals of ``takes: labels`` are the jackknife, which needs whole counts, and tests call it ten thousand
    times. Source: yours; name it.
    """

    summary: ClassVar[str] = "a function of your own over gold and predicted labels, or over the table"
    type: Literal["function"]
    function: Annotated[str, Field(pattern=r"^\w+(\.\w+)+$", description="package.module.function")]
    takes: Annotated[
        Literal["labels", "table"],
        Field(description="two lists of names, or a table of counts and the names"),
    ] = "labels"
    low: Annotated[float, Field(description="the lowest value")] = 0
    high: Annotated[float, Field(description="the highest value")] = 1

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low must be below high, got {self.low:g} and {self.high:g}")
        return self

    def built(self, labels: Sequence[str]) -> Metric:
        """Return a metric that calls the function."""
        imported(self.function)
        of = UserFunction(self.function, self.takes, tuple(labels), self.low, self.high)
        why = f"{self.function} gave no number"
        whole = self.takes == "labels"
        return Metric(self.type, of, self.low, self.high, self.function, why, whole=whole)


TYPES: dict[str, type[MetricSpec]] = {
    "mean_f1": MeanOfLabels,
    "mean_precision": MeanOfLabels,
    "mean_recall": MeanOfLabels,
    "fnc": Challenge,
    "function": Function,
}


def type_of(name: str) -> type[MetricSpec]:
    """Return the class of a type; any metric without parameters is one as well."""
    if name not in TYPES and name not in METRICS:
        raise InputError(f"unknown metric type '{name}'", hint=did_you_mean(name, [*TYPES, *METRICS]))
    return TYPES.get(name, Plain)


def spec_of(value: Mapping[str, Any]) -> MetricSpec:
    """Return the specification that plain values stand for; an `InputError` says what is wrong."""
    kind = value.get("type")
    if not isinstance(kind, str):
        raise InputError(
            "a metric needs a 'type'", hint="for example {type: mean_f1, labels: [favor, against]}"
        )
    try:
        return type_of(kind).model_validate(value)
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        raise InputError(f"{'.'.join(map(str, item['loc']))}: {item['msg']}") from None


def untrusted(spec: MetricSpec, trust: Iterable[str]) -> str | None:
    """Return why a metric's function may not be called; None where it may, or the metric names none.

    Without trust only ``sklearn.metrics.*``. The standard library is refused even with it: scoring a stored
    run calls the function that its configuration names, and that run may come from someone else.
    """
    if not isinstance(spec, Function):
        return None
    root, *rest = spec.function.split(".")
    if root in sys.stdlib_module_names:
        return f"'{spec.function}' is of the standard library, which has no metrics"
    if root in set(trust) or (root == "sklearn" and rest[0] == "metrics" and len(rest) == 2):
        return None
    return f"'{spec.function}' is no function of sklearn.metrics"


def metric_of(
    entry: str | Mapping[str, Any] | MetricSpec, labels: Sequence[str], trust: Iterable[str]
) -> Metric:
    """Return the metric that one entry of a configuration stands for.

    Raises
    ------
    InputError
        The name is unknown, a parameter does not fit, or a function is not trusted.
    """
    if isinstance(entry, str):
        return metric(entry)
    spec = entry if isinstance(entry, MetricSpec) else spec_of(entry)
    refused = untrusted(spec, trust)
    if refused:
        raise InputError(f"the metric '{spec.said}': {refused}", hint="its package must be in 'trust'")
    return spec.metric(labels)


def misfits(
    spec: MetricSpec, examples: Sequence[Example], labels: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield ``key, message, hint`` for every parameter of a metric that does not fit the data."""
    yield from spec.misfits(labels)
    if spec.over is None or not examples:
        return
    values = part_values(examples, spec.over)
    if values is None:
        known = {"article", *examples[0].fields}
        yield "over", f"the data do not have '{spec.over}' of every statement", did_you_mean(spec.over, known)
    elif len(set(values)) > MOST_VALUES:
        n = len(set(values))
        hint = "give a part with few values, such as a target or an article"
        yield "over", f"'{spec.over}' has {n} values, more than {MOST_VALUES}", hint


def names_of(entries: Iterable[str | Mapping[str, Any]]) -> list[str]:
    """Return what the entries of ``evaluation.metrics`` are called."""
    return [entry if isinstance(entry, str) else str(entry["name"]) for entry in entries]


def parts_over(entries: Iterable[Any]) -> tuple[str, ...]:
    """Return the parts over whose values some of the metrics are means, sorted."""
    return tuple(sorted({e.over for e in entries if isinstance(e, MetricSpec) and e.over}))
