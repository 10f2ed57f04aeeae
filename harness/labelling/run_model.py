"""A finished run and a model's name -> what labels new statements: stored, or trained on all gold data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import __version__
from harness.config import load_config
from harness.digest import digest, sha256
from harness.divisions import split_content
from harness.environment import NUMERIC, versions
from harness.errors import HarnessError, InputError, did_you_mean
from harness.fingerprint import FORMAT, data_digest, example_digests, fold_seed, model_digest, rows_digest
from harness.identity import differences
from harness.inputs import rendered, template_of
from harness.labelling.stored_model import read_model, write_model
from harness.models.base import Model
from harness.models.output import Labeller
from harness.records import Example
from harness.run_config import RunConfig
from harness.store import read_manifest

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class RunModel:
    """One model of a finished run.

    ``text``, ``pair`` and ``beside`` are the templates of what it is shown.
    """

    run: Path
    name: str
    spec: Model
    labels: tuple[str, ...]
    config: RunConfig
    manifest: Mapping[str, Any]
    text: str
    pair: str | None
    beside: tuple[str, ...] = ()

    @property
    def templates(self) -> tuple[str, ...]:
        """The templates of all texts that it is shown."""
        return (self.text, *(() if self.pair is None else (self.pair,)), *self.beside)

    @property
    def folder(self) -> Path:
        """Where the trained model is kept."""
        return self.run / "models" / self.name

    @property
    def identity(self) -> dict[str, Any]:
        """Everything that its predictions depend on, data included, as the run's manifest has it."""
        said = self.manifest["identity"]
        dev = (
            {"splits": {s.label: split_content(s) for s in self.config.splits}} if self.spec.uses_dev else {}
        )
        return {
            "harness": __version__,
            "seed": self.config.seed,
            "labels": list(self.labels),
            "n": said["n"],
            "input": " | ".join(self.templates),
            "data": said["models"][self.name]["seen"],
            "models": {self.name: {"content": digest([FORMAT, self.spec.content()])}},
            "packages": versions(self.spec.used_packages()),
            **dev,
        }


@dataclass(frozen=True, slots=True)
class Ready:
    """A labeller, and the digest of everything that its labels depend on."""

    labeller: Labeller
    digest: str


def run_model(run: Path, name: str | None = None) -> RunModel:
    """Find a model of a finished run.

    Parameters
    ----------
    run : Path
        The run's folder.
    name : str, optional
        May be left out where the run has one model.

    Raises
    ------
    InputError
        There is no such run or model; the hint names the nearest.
    """
    manifest = _manifest(run)
    config = load_config(run / "config.yaml")
    known = [m for m in manifest["identity"]["models"] if m in config.models]
    if name is None and len(known) == 1:
        name = known[0]
    if name is None:
        raise InputError(f"the run has {len(known)} models", place=run, hint=f"--model {' or '.join(known)}")
    if name not in known:
        raise InputError(f"the run has no model '{name}'", place=run, hint=did_you_mean(name, known))
    spec: Model = config.models[name]
    second = spec.second_input
    return RunModel(
        run=run,
        name=name,
        spec=spec,
        labels=tuple(manifest["labels"]),
        config=config,
        manifest=manifest,
        text=template_of(spec.input or config.data.input),
        pair=None if second is None else template_of(second),
        beside=tuple(map(template_of, spec.further_inputs)),
    )


def _manifest(run: Path) -> dict[str, Any]:
    if (run / "manifest.json").is_file():
        return read_manifest(run)
    below = sorted(path.parent for path in run.glob("*/manifest.json"))
    if below:
        hint = "give one of them: " + ", ".join(map(str, below[:5]))
        raise InputError("is a folder of runs, not a run", place=run, hint=hint)
    if not run.is_dir() and run.parent.is_dir():
        beside = [path.name for path in run.parent.iterdir() if path.is_dir() and path.name[0] != "."]
        raise InputError("no such run", place=run, hint=did_you_mean(run.name, beside))
    return read_manifest(run)


def ready(model: RunModel, *, fresh: bool = False, say: Say = lambda text: None) -> Ready:
    """Return what labels new statements as the model does when it has learnt from all data of the run.

    A model that learns is taken from where the last call stored it, if it is still the one, else trained
    on every statement of the run, tuning included, and stored. The data are needed for training alone.

    Parameters
    ----------
    model : RunModel
    fresh : bool
        Train, whatever is stored.
    say : function of a sentence
        Hears what is done and why.

    Raises
    ------
    InputError
        The model cannot label new statements, it has to be trained and the data of the run changed or are
        gone, or what is stored is refused (see :func:`harness.labelling.stored_model.read_model`).
    """
    identity = model.identity
    done = digest([identity, model.spec.asked])
    for note in _since(model):
        say(note)
    if not model.spec.learns and model.spec.tune is None:
        return Ready(_trained(model, (), 0)[1], done)
    stored = None if fresh else _stored(model, identity, say)
    return Ready(stored or _trained_anew(model, identity, say), done)


def _since(model: RunModel) -> list[str]:
    """Say what makes the model another than the one that the run scored."""
    said = model.manifest["identity"]
    if said["models"][model.name]["content"] == model_digest(model.spec, model.labels)[:16]:
        return []
    now = {"harness": __version__, "packages": versions(NUMERIC)}
    reasons = differences({k: said.get(k) for k in now}, now)
    why = "; ".join(reasons) or "its parameters, its files or the packages that it uses changed"
    return [f"'{model.name}' is not quite the model that the run scored: {why}"]


def _stored(model: RunModel, identity: Mapping[str, Any], say: Say) -> Labeller | None:
    found = read_model(model.folder, identity)
    if isinstance(found, tuple):
        chosen, parts = found
        try:
            return _specified(model.spec, chosen).restored(parts, model.labels)
        except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            found = [f"its parts do not fit: {error}"]
    if found:
        say(f"the stored '{model.name}' is not used: {'; '.join(found)}")
    return None


def _specified(spec: Model, chosen: Mapping[str, Any] | None) -> Model:
    """Return the specification with what tuning chose, which must be a combination of its grid."""
    if spec.tune is None:
        return spec
    from harness.models.tuning import combinations

    if chosen not in combinations(spec.tune):
        raise ValueError(f"{chosen} is no combination of the grid")
    return spec.with_values(chosen or {})


def _trained_anew(model: RunModel, identity: Mapping[str, Any], say: Say) -> Labeller:
    examples = rendered(_data(model), model.text, model.pair, model.beside)
    order = rows_digest(example_digests(examples), [e.id for e in examples])
    seed = fold_seed(model.config.seed, order, sha256(b""))  # of a fold that tests nothing
    say(f"training '{model.name}' on {len(examples)} statements")
    spec, labeller = _trained(model, examples, seed)
    say(_kept(model, spec, labeller, identity))
    return labeller


def _trained(model: RunModel, examples: Sequence[Example], seed: int) -> tuple[Model, Labeller]:
    """Return the specification with what tuning chose, and what it has been trained to.

    Tuning on dev takes the dev part of the first split that has one.
    """
    from threadpoolctl import threadpool_limits

    try:
        with threadpool_limits(1):
            spec = model.spec.tuned(examples, model.labels, seed, _dev(model, examples))
            return spec, spec.train(examples, model.labels, seed)
    except NotImplementedError:
        kind = model.spec.plain()["type"]
        message = f"models.{model.name}: models of type '{kind}' cannot label new statements"
        raise InputError(message, place=model.run) from None
    except InputError as error:
        message = f"models.{model.name}: {error.message}"
        raise InputError(message, hint=error.hint, place=error.place or model.run) from None


def _dev(model: RunModel, examples: Sequence[Example]) -> Sequence[str]:
    if not model.spec.uses_dev:
        return ()
    return next(filter(None, (split.dev_part(examples) for split in model.config.splits)), ())


def _kept(model: RunModel, spec: Model, labeller: Labeller, identity: Mapping[str, Any]) -> str:
    """Store a trained model where that can be done; say what became of it."""
    parts = spec.parts(labeller)
    if parts is None:
        return f"'{model.name}' is not stored: models of its type are trained each time"
    try:
        why = write_model(model.folder, identity, _chosen(model.spec, spec), parts)
    except HarnessError as error:
        why = error.message
    return f"'{model.name}' is not stored: {why}" if why else f"stored in {model.folder}"


def _chosen(spec: Model, chosen: Model) -> Mapping[str, Any] | None:
    if spec.tune is None:
        return None
    from harness.models.tuning import combinations

    return next(values for values in combinations(spec.tune) if spec.with_values(values) == chosen)


def _data(model: RunModel) -> Sequence[Example]:
    """Return the data of the run, if they are still there and unchanged."""
    from harness.plan import data_of, limited

    said = model.manifest["identity"]
    hint = "training needs the data as they were; restore them, or run the configuration again"
    try:
        labels, everything, corpus = data_of(model.config)
        examples = limited(everything, int(said["n"]) if model.manifest["partial"] else None)
    except HarnessError as error:
        first = error.render().partition("\n")[0]
        raise InputError(f"the data of the run cannot be read: {first}", place=model.run, hint=hint) from None
    found = {"labels": list(labels), "data": data_digest(examples, labels), "corpus": corpus}
    changed = differences({k: said[k] for k in found}, found)
    if changed:
        message = f"the data of the run changed: {'; '.join(changed)}"
        raise InputError(message, place=model.run, hint=hint)
    return examples
