"""What the files of a run folder must say, whoever made them; everything wrong is told with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from harness.consent import how, unagreed
from harness.errors import InputError, Place, Problem, ProblemsError, did_you_mean
from harness.format_version import refuse_other_format
from harness.metric_types import defined
from harness.run_config import Evaluation
from harness.textfile import parse_json, read_jsonl, read_text

T = TypeVar("T", bound=BaseModel)
SCHEMA = 1
"""The format of a run folder; each of its JSON files says it, and the manifest speaks for the others."""
HINT = "run the configuration again; its finished folds are kept"
READ = {"metrics", "primary", "reference", "level", "interval", "resamples", "slices"}
"""Settings that scoring reads."""
Number = Annotated[int, Field(ge=0, lt=2**31)]
Share = Annotated[float, Field(ge=-1e-6, le=1 + 1e-6)]
Counts = list[list[list[Annotated[int, Field(ge=0, lt=2**53)]]]]
_CONFIG = ConfigDict(strict=True, extra="allow", hide_input_in_errors=True)


class _Part(BaseModel):
    """A part of a file; keys that this version does not know may stand in it."""

    model_config = _CONFIG


class _Pool(_Part):
    split: str
    model: str
    mode: Literal["fixed", "trained"]


class _Model(_Part):
    content: str
    seen: str


class _Identity(_Part):
    data: str
    corpus: str
    n: Annotated[int, Field(ge=1, lt=2**53)]
    labels: list[str]
    splits: dict[str, Any]
    models: dict[str, _Model]
    notes: list[str] = []


class _Config(_Part):
    name: str
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    data: dict[str, Any]
    models: dict[str, dict[str, Any]]
    evaluation: Evaluation
    trust: list[str] = []


class _Manifest(_Part):
    schema_version: Annotated[Literal[1], Field(alias="schema")]
    partial: bool
    labels: Annotated[list[str], Field(min_length=2)]
    pools: Annotated[list[_Pool], Field(min_length=1)]
    identity: _Identity
    config: _Config
    environment: dict[str, Any] = {}


class _Purged(_Part):
    id: str
    reason: str


class _Fold(_Part):
    split: str
    repeat: Number
    index: Number
    name: str
    train: list[str]
    test: list[str]
    purged: list[_Purged]
    absent_train: list[str]
    absent_test: list[str]
    dev: list[str] = []


class _Chosen(_Part):
    split: str
    model: str
    parameters: list[dict[str, Any] | None]


class _Calls(_Part):
    split: str
    model: str
    calls: dict[str, dict[str, float]]


class _Folds(_Part):
    folds: Annotated[list[_Fold], Field(min_length=1)]
    chosen: list[_Chosen]
    calls: list[_Calls] = []


class _Table(_Part):
    kind: Literal["rerun", "leakage", "curve"]
    split: str
    share: Annotated[float, Field(gt=0, le=1)]
    variant: str
    model: str
    confusions: Counts
    train_rows: list[float]
    train_groups: list[float]
    over: dict[str, Counts] = {}


class _Tables(_Part):
    tables: list[_Table]


@with_config(_CONFIG)
class _Row(TypedDict):
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


def read_json(path: Path) -> Any:
    """Read one of a run's JSON files; a damaged one is an `InputError`."""
    try:
        return parse_json(read_text(path))
    except ValueError as error:
        raise InputError(f"damaged: {error}", place=path, hint=HINT) from None


def _of_this_format(path: Path) -> Any:
    """Read a file that stands beside a manifest; only a format that it says can be a wrong one."""
    value = read_json(path)
    if isinstance(value, dict) and "schema" in value:
        refuse_other_format(value["schema"], SCHEMA, path, HINT)
    return value


def manifest_of(path: Path) -> dict[str, Any]:
    """Read a manifest; see :func:`harness.store.read_manifest`."""
    value = read_json(path)
    if not isinstance(value, dict):
        raise InputError("damaged: not an object", place=path, hint=HINT)
    refuse_other_format(value.get("schema"), SCHEMA, path, HINT)
    said = _checked(path, value, _Manifest)
    for name, twice in Counter(said.labels).items():
        if twice > 1:
            raise InputError(f"labels: '{name}' is there twice", place=path, hint=HINT)
    run = set(product(said.identity.splits, said.identity.models))
    if {(p.split, p.model) for p in said.pools} != run or not {m for _, m in run} <= set(said.config.models):
        raise InputError("pools: not those of the splits and models of the run", place=path, hint=HINT)
    settings = said.config.evaluation
    lacking = READ.difference(value["config"]["evaluation"])
    if lacking:
        raise InputError(f"config.evaluation: no {', '.join(sorted(lacking))}", place=path, hint=HINT)
    strange = unagreed(said.config.trust)
    trust = [name for name in said.config.trust if name not in strange]
    try:
        named = [defined(entry, said.labels, trust).name for entry in settings.metrics]
    except InputError as error:
        error.place = Place(str(path))
        if strange:
            error.hint = f"the run trusts {', '.join(strange)}; if you do as well, {how(strange)}"
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"config.evaluation.metrics: {error}", place=path, hint=HINT) from None
    if settings.primary not in named:
        hint = did_you_mean(settings.primary, named)
        raise InputError(f"the primary metric '{settings.primary}' is not there", place=path, hint=hint)
    return value


def folds_of(path: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Read ``folds.json``: the folds of the manifest's splits, and what tuning chose for each pool."""
    value: dict[str, Any] = _of_this_format(path)
    said = _checked(path, value, _Folds)
    pools = {(p["split"], p["model"]) for p in manifest["pools"]}
    splits = {split for split, _ in pools}
    odd = next((f.split for f in said.folds if f.split not in splits), None)
    if odd is not None:
        raise InputError(f"a fold of the split '{odd}', which was not run", place=path, hint=HINT)
    lacking = pools - {(c.split, c.model) for c in said.chosen}
    if lacking:
        split, model = min(lacking)
        raise InputError(f"chosen: nothing of '{model}' under '{split}'", place=path, hint=HINT)
    return value


def tables_of(path: Path, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read ``reruns.json``: tables of the manifest's models, of as many rows as there are labels."""
    value = _of_this_format(path)
    said = _checked(path, value, _Tables)
    models = {p["model"] for p in manifest["pools"]}
    splits = {p["split"] for p in manifest["pools"]} | {""}
    n = len(manifest["labels"])
    for i, table in enumerate(said.tables):
        wrong = None
        if table.model not in models or table.split not in splits:
            wrong = f"of '{table.model}' under '{table.split}', which was not run"
        elif not all(_fits(counts, n, n) for counts in table.confusions):
            wrong = f"a confusion is not {n} by {n}, or {n + 1} with what is no label"
        elif not all(
            _fits(counts, len(counts), n) and len(counts) % n == 0
            for t in table.over.values()
            for counts in t
        ):
            wrong = f"a confusion by value is not of {n} labels"
        elif not len(table.confusions) == len(table.train_rows) == len(table.train_groups):
            wrong = "confusions, train_rows and train_groups are not equally many"
        if wrong is not None:
            raise InputError(f"tables.{i}: {wrong}", place=path, hint=HINT)
    whole_runs = {(t.split, t.model) for t in said.tables if t.kind == "rerun" and t.share == 1}
    lacking = {(p["split"], p["model"]) for p in manifest["pools"]} - whole_runs
    if whole_runs and lacking:
        split, model = min(lacking)
        raise InputError(f"no re-runs of '{model}' under '{split}'", place=path, hint=HINT)
    rows: list[dict[str, Any]] = value["tables"]
    return rows


def _fits(counts: Sequence[Sequence[int]], n_rows: int, n_labels: int) -> bool:
    return len(counts) == n_rows and {len(row) for row in counts} <= {n_labels, n_labels + 1}


def predictions_of(path: Path, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read ``predictions.jsonl``; rows fit the manifest's pools and labels, each statement stands there once.

    Raises
    ------
    ProblemsError
        Every line that is wrong.
    """
    adapter = TypeAdapter(_Row)
    labels = manifest["labels"]
    pools = {(p["split"], p["model"]) for p in manifest["pools"]}
    problems: list[Problem] = []
    rows: list[dict[str, Any]] = []
    first: dict[tuple[Any, ...], int] = {}
    for number, value in read_jsonl(path):
        place = Place(str(path), number)
        if isinstance(value, Problem):
            problems.append(value)
            continue
        found = list(_row_problems(value, adapter, labels, pools))
        key = tuple(value.get(name) for name in ("split", "model", "seed", "repeat", "id"))
        if not found and first.setdefault(key, number) != number:
            found = [f"'{value['id']}' of the same model and repeat is on line {first[key]} too"]
        problems += [Problem(place, "bad-value", message, HINT) for message in found]
        rows.append(value)
    if problems:
        raise ProblemsError(problems)
    return rows


def _row_problems(
    row: dict[str, Any], adapter: TypeAdapter[_Row], labels: Sequence[str], pools: set[tuple[str, str]]
) -> Iterator[str]:
    try:
        said = adapter.validate_python(row)
    except ValidationError as error:
        yield from (_message(item) for item in error.errors(include_url=False))
        return
    if (said["split"], said["model"]) not in pools:
        yield f"the model '{said['model']}' under '{said['split']}' was not run"
    for name in ("gold", "predicted"):
        if row[name] is not None and row[name] not in labels:
            yield f"{name}: '{row[name]}' is none of the labels"
    shares = said["probabilities"]
    if shares is not None and len(shares) != len(labels):
        yield f"probabilities: {len(shares)} numbers for {len(labels)} labels"


def whole(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    folds: Sequence[Mapping[str, Any]],
    pools: Sequence[Mapping[str, Any]],
) -> None:
    """Refuse predictions that are not of every statement that the folds test: a file may be cut at a line.

    Parameters
    ----------
    path : Path
        Of the predictions, for messages.
    rows, folds, pools : sequence of mapping
        What the files say.
    """
    tested: Counter[str] = Counter()
    for fold in folds:
        tested[fold["split"]] += len(fold["test"])
    counts = Counter((row["split"], row["model"]) for row in rows)
    repeats = Counter[tuple[str, str]]()
    some = {(row["split"], row["model"]) for row in rows if row["probabilities"] is not None}
    for row in rows:
        key = row["split"], row["model"]
        repeats[key] = max(repeats[key], row["repeat"])
        if key in some and row["probabilities"] is None and row["predicted"] is not None:
            message = f"'{row['id']}': no probabilities, which '{row['model']}' has of other statements"
            raise InputError(message, place=path, hint=HINT)
    for pool in pools:
        key = pool["split"], pool["model"]
        n, asked = counts[key], tested[pool["split"]]
        if not n or not asked or n % asked or repeats[key] >= n:
            message = f"{n} predictions of '{key[1]}' under '{key[0]}', whose folds test {asked} statements"
            raise InputError(message, place=path, hint=HINT)


def _checked(path: Path, value: Any, kind: type[T]) -> T:
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        place = Place(str(path))
        found = [
            Problem(place, "bad-value", _message(item), HINT) for item in error.errors(include_url=False)
        ]
        raise ProblemsError(set(found)) from None


def _message(item: Any) -> str:
    """Say where in a file, and what, is wrong."""
    said = "is missing" if item["type"] == "missing" else item["msg"][:1].lower() + item["msg"][1:]
    return f"{'.'.join(map(str, item['loc'])) or 'all of it'}: {said}"
