"""What every model is: a frozen specification that starts a session on the statements of a run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from pydantic import Field

from harness.extras import need
from harness.models import tuning
from harness.models.class_weight import weights
from harness.models.output import Classifier, IntArray, Labeller, Output, Session, TextLabeller
from harness.models.search import Tuning, with_nested
from harness.numbering import label_numbers
from harness.records import Example, Mode
from harness.spec import Spec


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
    nothing from its statements and works without any. ``random`` is False for a model whose training
    draws nothing from its seed; where that hangs on a parameter, :attr:`seeded` says so.

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
    random: ClassVar[bool] = True
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

    def tuned(
        self, examples: Sequence[Example], names: Sequence[str], seed: int, dev: Sequence[str] = ()
    ) -> Model:
        """Return the model with the parameters that tuning chooses on these statements; itself without.

        ``dev`` are the ids of those that are the data's own dev part.
        """
        if self.tune is None:
            return self
        part = set(dev)
        places = [i for i, e in enumerate(examples) if e.id in part]
        return tuning.chosen_model(self, examples, names, seed, np.array(places, dtype=np.intp))

    @property
    def draws(self) -> bool:
        """Whether another training seed may give other predictions; if not, one training stands for all."""
        if self.tune is None:
            return self.seeded
        return self.tune.on == "folds" or any(
            self.with_values(v).seeded for v in tuning.combinations(self.tune)
        )

    @property
    def seeded(self) -> bool:
        """Whether training draws from its seed, tuning aside; for some models that hangs on a parameter."""
        return self.random

    @property
    def uses_dev(self) -> bool:
        """Whether a division's dev part changes what the model predicts."""
        return self.tune is not None and self.tune.on == "dev"

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
        return tuning.TunedSession(self, examples, names)

    @property
    def second_input(self) -> str | None:
        """The template of the second text, for a model of text pairs; None for all others."""
        return None

    @property
    def further_inputs(self) -> tuple[str, ...]:
        """The templates of the texts that stand in ``Example.beside``, for a model that reads several."""
        return ()

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

        A key with dots leads into a part: ``blocks.body.words``, ``cross.0.weight``.

        Raises
        ------
        InputError
            A key with dots leads nowhere.
        ValidationError
            pydantic's, of the whole specification.
        """
        return type(self).model_validate({**with_nested(self.plain(), values), "tune": None})

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

    def remarks(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield what is no error but limits what this model can predict, each a code and half a sentence.

        The sentence's subject is the model: ``("no_cues", "has no cues for 'hedged'")``.
        """
        yield from ()

    def verify_tested(
        self, examples: Sequence[Example], names: Sequence[str], tested: Collection[str]
    ) -> None:
        """Do what :meth:`verify_data` does, knowing the ids of the statements that some fold tests."""
        self.verify_data(examples, names)

    def verify_tuning_data(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        """Raise `InputError` if the metric of ``tune`` names a label or part that the data do not have."""
        if self.tune is not None:
            tuning.verify_data(self.tune, examples, names)

    def verify_tuning(self) -> None:
        """Raise `InputError` for a grid or metric of ``tune`` that cannot work."""
        if self.tune is not None:
            tuning.verify(self)

    def knows(self) -> str:
        """Return what goes into its predictions besides training statements, after "it"; empty for nothing.

        A report prints it beside the scores, since no fold and no purging holds such knowledge back.
        """
        return ""

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
