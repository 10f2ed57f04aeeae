"""What a configuration says, validated and frozen: one class for each part of the YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from harness.execution import AnyExecution, LocalExecution
from harness.spec import Spec
from harness.table_data import SOURCES, TableData
from harness.table_files import Resolve

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


class Data(Spec):
    """Where the statements come from and what a model is shown of them."""

    corpus: Annotated[str, Field(description="folder with seeds/ and annotations/, relative to this file")]
    annotator: Annotated[
        str,
        Field(description="'gold', or an annotator's folder: whose labels to train and score on"),
    ] = "gold"
    input: Annotated[
        str,
        Field(description="what a model sees: a preset such as cue+statement, or a {template}"),
    ] = "statement"

    @model_validator(mode="before")
    @classmethod
    def _one_kind(cls, value: Any) -> Any:
        also = [name for name in SOURCES if isinstance(value, Mapping) and value.get(name) is not None]
        if also:
            raise ValueError(f"names both a corpus and '{also[0]}'; data are a corpus folder or a table")
        return value

    def resolved(self, path: Resolve) -> Self:
        """Return the specification with its path passed through ``path``, a function of (keys, path)."""
        return self.model_copy(update={"corpus": path(("corpus",), self.corpus)})


def _kind(value: Any) -> str:
    """Tell a table from a corpus folder by its keys."""
    if isinstance(value, Mapping):
        said = {key for key, found in value.items() if found is not None}
        table = "corpus" not in said and not said.isdisjoint({*SOURCES, "columns"})
    else:
        table = isinstance(value, TableData)
    return "a table" if table else "a corpus folder"


AnyData = Annotated[
    Annotated[Data, Tag("a corpus folder")] | Annotated[TableData, Tag("a table")], Discriminator(_kind)
]


class Evaluation(Spec):
    """How predictions become scores."""

    metrics: Annotated[
        list[Any],
        Field(
            min_length=1,
            description="names from `harness list metrics`, or mappings with a name, a type and parameters",
        ),
    ] = [
        "macro_f1",
        "accuracy",
        "balanced_accuracy",
        "mcc",
    ]
    primary: Annotated[str, Field(description="the metric that models are compared on")] = "macro_f1"
    reference: Annotated[str | None, Field(description="the model that every other is compared with")] = None
    level: Annotated[float, Field(gt=0.5, lt=1, description="level of intervals")] = 0.95
    interval: Annotated[
        Literal["auto", "percentile", "bca_t", "dirichlet", "wilson", "jackknife"],
        Field(description="interval method for fixed predictions; auto is the measured default"),
    ] = "auto"
    leakage: Annotated[
        int,
        Field(ge=0, le=1000, description="repeats behind the leakage row of each trained model; 0: no row"),
    ] = 5
    learning_curve: Annotated[
        list[Annotated[float, Field(gt=0, lt=1)]],
        Field(description="shares of the training groups to train on as well, such as [0.25, 0.5]"),
    ] = []
    slices: Annotated[
        list[str],
        Field(
            description="parts of a statement whose values are scored apart; those the data lack are skipped"
        ),
    ] = ["article", "attribution", "source_kind", "speaker"]
    slice_metrics: Annotated[
        list[str],
        Field(
            min_length=1,
            description="what slices are scored by; in a slice that lacks a label most means are undefined",
        ),
    ] = ["accuracy"]
    resamples: Annotated[int, Field(ge=100, le=1_000_000, description="resamples of statement groups")] = (
        10_000
    )
    retrain: Annotated[
        int,
        Field(
            ge=0,
            le=10_000,
            description="re-runs of the whole cross-validation behind intervals of trained models; 0: none",
        ),
    ] = 60


class RunConfig(Spec):
    """One benchmark: data, splits, models and evaluation, in the order in which they are used."""

    name: Annotated[str, Field(pattern=NAME, max_length=100, description="names the run's folder")]
    seed: Annotated[int, Field(ge=0, lt=2**32, description="all randomness comes from this number")]
    seeds: Annotated[
        Annotated[int, Field(ge=1, le=1000)]
        | Annotated[list[Annotated[int, Field(ge=0, lt=2**32)]], Field(min_length=1, max_length=1000)],
        Field(
            description="how often a model whose training draws at random is trained on each fold, each time "
            "with another training seed; or a list of their numbers"
        ),
    ] = 1
    data: AnyData
    splits: Annotated[list[Any], Field(min_length=1)]
    models: Annotated[dict[Annotated[str, Field(pattern=NAME, max_length=100)], Any], Field(min_length=1)]
    evaluation: Evaluation = Evaluation()
    trust: Annotated[
        list[str],
        Field(description="packages besides sklearn and harness that this file may name classes of"),
    ] = []
    output: Annotated[str, Field(description="folder for runs, relative to the working directory")] = "runs"
    executor: Annotated[
        AnyExecution,
        Field(description="where fits are computed: local, dask, or dask=ADDRESS"),
    ] = LocalExecution()
    sweep: Annotated[
        dict[str, Annotated[list[Any], Field(min_length=1)]] | None,
        Field(description="dotted keys and the values to run with, each combination a run of its own"),
    ] = None
    schema_version: Annotated[
        Literal[1], Field(alias="schema", description="version of this file's format")
    ] = 1

    @field_validator("seeds")
    @classmethod
    def _seeds_differ(cls, value: int | list[int]) -> int | list[int]:
        twice = sorted({n for n in value if value.count(n) > 1}) if isinstance(value, list) else []
        if twice:
            raise ValueError(f"the seed {twice[0]} is there twice")
        return value

    @property
    def seed_numbers(self) -> tuple[int, ...]:
        """The numbers of the training seeds; what they draw also hangs on ``seed`` and on the fold."""
        return tuple(range(self.seeds)) if isinstance(self.seeds, int) else tuple(self.seeds)

    def plain(self) -> dict[str, Any]:
        """Return the resolved configuration as plain YAML values; it runs again as it is.

        Where it is computed, and which other runs there are, is no part of what a run is.
        """
        out = super().plain()
        del out["executor"], out["sweep"]
        out["data"] = self.data.plain()
        out["splits"] = [split.plain() for split in self.splits]
        out["models"] = {name: model.plain() for name, model in self.models.items()}
        return out
