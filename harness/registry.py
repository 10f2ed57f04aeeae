"""The tables of what a configuration may name. Nothing is imported until a name is used.

Other packages add models through the entry-point group ``harness.models``: the entry's name becomes a
``type:`` in configurations, its value names a subclass of :class:`harness.models.base.Model`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from harness.errors import InputError, did_you_mean

MODELS = {
    "majority": "harness.models.dummy:Majority",
    "stratified": "harness.models.dummy:Stratified",
    "lexicon": "harness.models.lexicon:Lexicon",
    "tfidf-logreg": "harness.models.linear:TfidfLogReg",
    "tfidf-svm": "harness.models.linear:TfidfSvm",
    "complement-nb": "harness.models.linear:ComplementNb",
    "length": "harness.models.length:Length",
    "sklearn": "harness.models.estimator:Estimator",
    "embeddings": "harness.models.embeddings:Embeddings",
    "llm": "harness.models.llm:Llm",
    "transformer": "harness.models.transformer:Transformer",
    "zero-shot": "harness.models.zero_shot:ZeroShot",
    "predictions": "harness.models.external:ExternalPredictions",
}

SPLITS = {
    "leave-one-article-out": "harness.splits:LeaveOneArticleOut",
    "stratified-group-k-fold": "harness.splits:StratifiedGroupKFold",
    "leave-one-source-out": "harness.splits:LeaveOneSourceOut",
    "leave-one-group-out": "harness.splits:LeaveOneGroupOut",
    "fixed": "harness.splits:Fixed",
    "predefined": "harness.given_splits:Predefined",
    "leave-one-value-out": "harness.given_splits:LeaveOneValueOut",
    "naive": "harness.splits:Naive",
}

TABLES = {"model": MODELS, "split": SPLITS}


def names(kind: str) -> list[str]:
    """Return every known name of a kind (``model`` or ``split``), the shipped ones first."""
    return [*TABLES[kind], *sorted(set(_plugins(kind)) - set(TABLES[kind]))]


def load(kind: str, name: str) -> Any:
    """Import what ``name`` stands for.

    Raises
    ------
    InputError
        The name is unknown (with the nearest known one), or a plugin cannot be imported.
    """
    if name in TABLES[kind]:
        module, _, attribute = TABLES[kind][name].partition(":")
        return getattr(import_module(module), attribute)
    plugins = _plugins(kind)
    if name not in plugins:
        raise InputError(f"unknown {kind} type '{name}'", hint=did_you_mean(name, names(kind)))
    try:
        return plugins[name].load()
    except Exception as error:
        raise InputError(f"the plugin '{name}' cannot be imported: {error}") from error


def _plugins(kind: str) -> dict[str, Any]:
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=f"harness.{kind}s")}
