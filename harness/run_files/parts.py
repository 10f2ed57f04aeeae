"""The parts of a run folder's files: their keys and the types of what these hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field, with_config
from typing_extensions import TypedDict

from harness.run_config import Evaluation

Number = Annotated[int, Field(ge=0, lt=2**31)]
Share = Annotated[float, Field(ge=-1e-6, le=1 + 1e-6)]
Counts = list[list[list[Annotated[int, Field(ge=0, lt=2**53)]]]]
_CONFIG = ConfigDict(strict=True, extra="allow", hide_input_in_errors=True)


class Part(BaseModel):
    """A part of a file; keys that this version does not know may stand in it."""

    model_config = _CONFIG


class Pool(Part):
    """What one model predicted under one split, as the manifest names it."""

    split: str
    model: str
    mode: Literal["fixed", "trained"]


class Model(Part):
    """A model's digests: of its specification, and of the examples as it sees them."""

    content: str
    seen: str


class Identity(Part):
    """What the run's results depend on."""

    data: str
    corpus: str
    n: Annotated[int, Field(ge=1, lt=2**53)]
    labels: list[str]
    splits: dict[str, Any]
    models: dict[str, Model]
    notes: list[str] = []


class Config(Part):
    """The keys of the run's configuration that scoring reads."""

    name: str
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    data: dict[str, Any]
    models: dict[str, dict[str, Any]]
    evaluation: Evaluation
    trust: list[str] = []


class Manifest(Part):
    """``manifest.json``."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    partial: bool
    labels: Annotated[list[str], Field(min_length=2)]
    pools: Annotated[list[Pool], Field(min_length=1)]
    identity: Identity
    config: Config
    environment: dict[str, Any] = {}


class Purged(Part):
    """A statement that was left out of a fold, and why."""

    id: str
    reason: str


class Fold(Part):
    """The ids of one fold."""

    split: str
    repeat: Number
    index: Number
    name: str
    train: list[str]
    test: list[str]
    purged: list[Purged]
    absent_train: list[str]
    absent_test: list[str]
    dev: list[str] = []


class Chosen(Part):
    """What tuning chose in the folds of one pool; null where nothing was tuned."""

    split: str
    model: str
    parameters: list[dict[str, Any] | None]


class Calls(Part):
    """What the requests of one pool used, by their digests."""

    split: str
    model: str
    calls: dict[str, dict[str, float]]


class Folds(Part):
    """``folds.json``."""

    folds: Annotated[list[Fold], Field(min_length=1)]
    chosen: list[Chosen]
    calls: list[Calls] = []


class Table(Part):
    """Confusions of cross-validations besides the folds."""

    kind: Literal["rerun", "leakage", "curve"]
    split: str
    share: Annotated[float, Field(gt=0, le=1)]
    variant: str
    model: str
    confusions: Counts
    train_rows: list[float]
    train_groups: list[float]
    over: dict[str, Counts] = {}


class Tables(Part):
    """``reruns.json``."""

    tables: list[Table]


@with_config(_CONFIG)
class Row(TypedDict):
    """A line of ``predictions.jsonl``."""

    id: str
    article: str
    group: str
    gold: str
    model: str
    split: str
    fold: Number
    repeat: Number
    predicted: str | None
    probabilities: list[Share] | None
    reply: NotRequired[str]
    seed: NotRequired[Number]
