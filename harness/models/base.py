"""What every model is: a frozen specification that starts a session on the statements of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Protocol, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from harness.errors import InputError, did_you_mean
from harness.extras import need
from harness.records import Example, Mode
from harness.spec import Spec

IntArray = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float64]
ClassWeight = Literal["balanced"] | dict[str, Annotated[float, Field(gt=0)]] | None
WeightField = Annotated[ClassWeight, Field(description="null, 'balanced', or a weight for each label")]


@dataclass(frozen=True, slots=True)
class Output:
    """What a model says of the test statements of one fold.

    Attributes
    ----------
    predicted : (n_test,) int array
        Numbers of labels; ``n_labels`` where what the model said is no label.
    probabilities : (n_test, n_labels) float array or None
        Rows sum to 1; None for a model without probabilities.
    chosen : mapping or None
        The parameters that tuning chose inside the training set.
    replies : mapping
        By place in ``predicted``: what the model said where it is no label.
    calls : mapping
        By digest of the request: tokens and cost of every request that these predictions rest on,
        answered from a cache or not.
    """

    predicted: IntArray
    probabilities: FloatArray | None = None
    chosen: Mapping[str, Any] | None = None
    replies: Mapping[int, str] = field(default_factory=dict)
    calls: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


class Session(Protocol):
    """A model at work on a fixed list of statements."""

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        """Train on the statements at ``train`` (positions; a position may repeat), predict ``test``."""
        ...


class Classifier(Protocol):
    """A trained model that labels new texts.

    What it says of a text does not depend on the others that it is asked with. One that draws at random
    has a method ``at(row)``, which returns it as it stands after ``row`` texts.
    """

    def predict(self, texts: Sequence[str]) -> Output:
        """Predict the label of each text."""
        ...


class Labeller(Protocol):
    """A trained model that labels new statements, of which it sees ``text`` (and ``pair``) alone."""

    def label(self, examples: Sequence[Example]) -> Output:
        """Predict the label of each statement."""
        ...


@dataclass(frozen=True)
class TextLabeller:
    """A classifier of texts, as a labeller of statements."""

    classifier: Classifier

    def label(self, examples: Sequence[Example]) -> Output:
        """Predict the label of each statement's text."""
        return self.classifier.predict([e.text for e in examples])

    def at(self, row: int) -> TextLabeller:
        """Return the labeller as it stands after ``row`` statements, of a longer series in parts."""
        found = getattr(self.classifier, "at", None)
        return self if found is None else TextLabeller(found(row))


class Range(Spec):
    """A stretch that random search draws from, evenly or evenly on the logarithmic scale."""

    low: float
    high: float
    log: Annotated[bool, Field(description="draw evenly on the logarithmic scale")] = False
    whole: Annotated[bool, Field(description="draw whole numbers")] = False

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low must be below high, got {self.low:g} and {self.high:g}")
        if self.log and self.low <= 0:
            raise ValueError(f"a logarithmic range starts above 0, got {self.low:g}")
        return self


class Tuning(Spec):
    """Parameters chosen inside each training set, on folds over its groups.

    Every combination of the grid is tried; with ``samples``, so many that are drawn at random
    (Bergstra and Bengio 2012), the same ones in every fold.
    """

    grid: Annotated[
        dict[str, Annotated[list[Any], Field(min_length=1)] | Range],
        Field(
            min_length=1,
            description="for each parameter of the model a list of values or, with samples, {low, high, log}",
        ),
    ]
    samples: Annotated[
        int | None, Field(ge=1, le=10_000, description="random search: how many combinations are drawn")
    ] = None
    seed: Annotated[int, Field(ge=0, description="of what random search draws")] = 0
    folds: Annotated[int, Field(ge=2, le=100, description="inner folds over groups")] = 3
    metric: Annotated[
        str | dict[str, Any],
        Field(description="what is maximised: a metric, one of evaluation.metrics, or {type: ...}"),
    ] = "macro_f1"

    @model_validator(mode="after")
    def _ranges_are_sampled(self) -> Self:
        ranges = [key for key, values in self.grid.items() if isinstance(values, Range)]
        if ranges and self.samples is None:
            raise ValueError(f"{', '.join(ranges)}: a range has no end of values; say how many 'samples'")
        return self


class Model(Spec):
    """The specification of one model in a configuration.

    A subclass adds its parameters as fields and says how to :meth:`fit` on texts, or how to
    :meth:`train` on whole statements where it needs their groups or their pairs; it may override
    :meth:`start` where work can be shared between folds. ``version`` is raised whenever the same
    parameters would give other predictions, so that stored folds are not reused; ``told_by`` is the
    key that :meth:`verify` is about; ``extra`` names the optional dependencies that it needs,
    ``modules`` what is imported from them;
    ``own_workers`` says that it uses several processors, a GPU or many connections by itself, so that
    its folds are not spread over processes. ``learns`` is False for a model whose :meth:`train` takes
    nothing from its statements and works without any.

    A trained model of which `harness predict` shall keep what it learnt says so by two methods that
    belong together: :meth:`parts` and :meth:`restored`.
    """

    summary: ClassVar[str] = ""
    packages: ClassVar[tuple[str, ...]] = ("numpy",)
    version: ClassVar[int] = 1
    told_by: ClassVar[str] = "type"
    default_mode: ClassVar[Mode] = "trained"
    extra: ClassVar[str | None] = None
    modules: ClassVar[tuple[str, ...]] = ()
    own_workers: ClassVar[bool] = False
    learns: ClassVar[bool] = True
    input: Annotated[str | None, Field(description="what this model sees, instead of data.input")] = None

    mode: Annotated[
        Mode | None,
        Field(
            description="what intervals answer: 'trained', this way of training; 'fixed', these predictions"
        ),
    ] = None

    tune: Annotated[Tuning | None, Field(description="parameters to choose inside each training set")] = None

    @property
    def asked(self) -> Mode:
        """The question that intervals of this model answer."""
        return self.mode or self.default_mode

    def fit(
        self, texts: Sequence[str], labels: IntArray, n_labels: int, seed: int, names: Sequence[str]
    ) -> Classifier:
        """Train on texts; what a model of single texts implements.

        Parameters
        ----------
        texts : sequence of str, length n
        labels : (n,) int array in ``range(n_labels)``
        n_labels : int
        seed : int in [0, 2**32)
        names : sequence of str
            The names of the labels.
        """
        raise NotImplementedError

    def train(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> Labeller:
        """Train on labelled statements, as they are shown to this model.

        Parameters
        ----------
        examples : sequence of Example, at least one
        names : sequence of str
            The names of the labels.
        seed : int in [0, 2**32)
        """
        texts = [e.text for e in examples]
        return TextLabeller(self.fit(texts, label_numbers(examples, names), len(names), seed, names))

    def train_tuned(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> Labeller:
        """Train on labelled statements, tuning included where it is asked for."""
        return self.tuned(examples, names, seed).train(examples, names, seed)

    def tuned(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> Model:
        """Return the model with the parameters that tuning chooses on these statements; itself without."""
        if self.tune is None:
            return self
        from harness.models.tuning import chosen_model

        return chosen_model(self, examples, names, seed)

    def parts(self, labeller: Labeller) -> Mapping[str, Any] | None:
        """Return what a labeller that this model trained is made of, so that it can be kept on the disk.

        Returns
        -------
        mapping or None
            By name (letters, digits, ``_``, ``-`` and ``.``): plain JSON values, numpy arrays of numbers,
            and scikit-learn estimators where it cannot be helped (they are slow to read back, and
            those with types outside scikit-learn's own are refused). None: it is not kept, but trained
            again each time.
        """
        return None

    def restored(self, parts: Mapping[str, Any], names: Sequence[str]) -> Labeller:
        """Put together what :meth:`parts` took apart; it labels every statement as it did before.

        Raises
        ------
        KeyError, TypeError or ValueError
            The parts are damaged or not this model's; it is then trained again.
        """
        raise NotImplementedError

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> Session:
        """Begin work on the statements of a run; the plain way trains anew on each fold's statements."""
        return _Plain(self, examples, names)

    def session(self, examples: Sequence[Example], names: Sequence[str]) -> Session:
        """Begin work on the statements of a run, tuning included where it is asked for."""
        if self.tune is None:
            return self.start(examples, names)
        from harness.models.tuning import TunedSession

        return TunedSession(self, examples, names)

    @property
    def second_input(self) -> str | None:
        """The template of the second text, for a model of text pairs; None for all others."""
        return None

    def named_classes(self) -> Iterable[tuple[tuple[str | int, ...], str]]:
        """Yield where in the specification a class is named, and its dotted path."""
        return ()

    def used_packages(self) -> tuple[str, ...]:
        """Return the distributions whose versions change what this model predicts."""
        named = [dotted for _, dotted in self.named_classes()]
        if self.tune is not None and isinstance(self.tune.metric, dict):
            named.append(str(self.tune.metric.get("function", "harness")))
        roots = {dotted.partition(".")[0] for dotted in named} - {"sklearn", "harness"}
        if not roots:
            return self.packages
        from importlib.metadata import packages_distributions

        found = packages_distributions()
        return (*self.packages, *sorted({name for root in roots for name in found.get(root, [root])}))

    def with_values(self, values: Mapping[str, Any]) -> Self:
        """Return the specification with the values of a tuning grid and nothing left to tune.

        Raises
        ------
        ValidationError
            pydantic's, of the whole specification.
        """
        return type(self).model_validate({**self.plain(), **values, "tune": None})

    def verify(self) -> None:
        """Raise `InputError` for whatever cannot work and shows without data, before anything is fitted."""

    def verify_installed(self) -> None:
        """Raise `InputError` if packages of the extra are missing; to score a finished run needs none."""
        if self.extra is not None:
            kind = type(self).model_fields["type"].default
            need(self.extra, *self.modules, what=f"the model type '{kind}'")

    def verify_data(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        """Raise `InputError` for whatever does not fit the data, all of them, before anything is fitted."""
        weights(getattr(self, "class_weight", None), names, np.array([], dtype=np.intp))

    def verify_tuning_data(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        """Raise `InputError` if the metric of ``tune`` names a label or part that the data do not have."""
        if self.tune is not None:
            from harness.models.tuning import verify_data

            verify_data(self.tune, examples, names)

    def verify_tuning(self) -> None:
        """Raise `InputError` for a grid or metric of ``tune`` that cannot work."""
        if self.tune is not None:
            from harness.models.tuning import verify

            verify(self)

    def resolved(self, path: Callable[[str, str], str]) -> Self:
        """Return the specification with the files it names made absolute."""
        return self

    def content(self) -> Any:
        """Return what identifies the model's behaviour, for fingerprints: parameters, not paths."""
        return {
            "version": self.version,
            **self.model_dump(mode="json", by_alias=True, exclude={"input", "mode"}),
        }


class _Plain:
    def __init__(self, model: Model, examples: Sequence[Example], names: Sequence[str]) -> None:
        self.model, self.examples, self.names = model, examples, names

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        labeller = self.model.train([self.examples[i] for i in train], self.names, seed)
        return labeller.label([self.examples[i] for i in test])


def label_numbers(examples: Sequence[Example], names: Sequence[str]) -> IntArray:
    """Return the numbers of the statements' labels, ``(n,)``."""
    number = {name: i for i, name in enumerate(names)}
    return np.array([number[e.label] for e in examples], dtype=np.intp)


def group_numbers(examples: Sequence[Example]) -> IntArray:
    """Return the statements' groups as numbers from 0, ``(n,)``."""
    return np.unique([e.group for e in examples], return_inverse=True)[1]


class Constant:
    """A classifier that has seen one label only, or no text, and always says the same.

    ``certain`` says whether it gives that label probability 1, or no probabilities, as the model does
    whose place it takes.
    """

    def __init__(self, label: int, n_labels: int, certain: bool) -> None:
        self.label, self.n_labels, self.certain = label, n_labels, certain

    def predict(self, texts: Sequence[str]) -> Output:
        """Say the label of every text."""
        return self.of(len(texts))

    def of(self, n: int) -> Output:
        """Say the label ``n`` times."""
        probabilities = spread(np.ones((n, 1)), [self.label], self.n_labels) if self.certain else None
        return Output(np.full(n, self.label, dtype=np.intp), probabilities)


class FixedSession:
    """A session of a model that does not train: what it says of every statement is known beforehand."""

    def __init__(self, output: Output) -> None:
        self.output = output

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        """Look the predictions up."""
        out = self.output
        return Output(
            out.predicted[test],
            None if out.probabilities is None else out.probabilities[test],
            replies={k: out.replies[int(i)] for k, i in enumerate(test) if int(i) in out.replies},
            calls=out.calls,
        )


def weights(
    class_weight: ClassWeight, names: Sequence[str], present: IntArray
) -> dict[int, float] | str | None:
    """Return class weights by label number, as scikit-learn takes them; labels not in training left out.

    Raises
    ------
    InputError
        A weight is given for a label that the data do not have.
    """
    if not isinstance(class_weight, dict):
        return class_weight
    for label in class_weight:
        if label not in names:
            raise InputError(f"class_weight names the label '{label}'", hint=did_you_mean(label, names))
    return {int(k): float(class_weight.get(names[k], 1.0)) for k in present}


def spread(values: FloatArray, classes: Sequence[int], n_labels: int) -> FloatArray:
    """Put the columns of the trained classes into a table over all labels; the others get 0."""
    out = np.zeros((len(values), n_labels))
    out[:, list(classes)] = values
    return out
