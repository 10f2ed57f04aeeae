"""Reference of model types, splits and metrics, from the tables that name them."""

from __future__ import annotations

from typing import Any

from harness import registry
from harness.distribution_scores import DISTANCES
from harness.metric_types import TYPES, Plain
from harness.metrics import METRICS
from harness.models.base import Model
from harness.probability_scores import SCORES
from website.tables import documented, keys_table, prose, table

MODES = {
    "trained": "how the score would vary with other data, training data included",
    "fixed": "these predictions, on other statements",
}


def models() -> str:
    """Return the page of model types."""
    sections = [_model(name, registry.load("model", name)) for name in registry.MODELS]
    parts: dict[str, Any] = {}
    for name in registry.MODELS:
        parts.update(registry.load("model", name).model_json_schema(by_alias=True).get("$defs", {}))
    common = keys_table(_schema(Model)["properties"])
    nested = [f"### {name}\n\n{_keys(part)}" for name, part in sorted(parts.items())]
    return "\n".join([MODELS_HEAD, common, *sections, "## Parts of models {#parts}\n", *nested])


MODELS_HEAD = """# Models

What `models:` of a configuration can name: `NAME: {type: TYPE, key: value}`, or in short `NAME: TYPE`.
`harness describe TYPE` prints the same. [The guide](../models.md) says when to use which.
[A package of your own](../how-to/own-model.md) adds types.

## Keys of every model
"""


def _schema(cls: Any) -> dict[str, Any]:
    return dict(cls.model_json_schema(by_alias=True))


def _keys(schema: dict[str, Any]) -> str:
    return keys_table(schema.get("properties", {}), schema.get("required", ()))


def _model(name: str, cls: Any) -> str:
    schema = _schema(cls)
    own = {k: v for k, v in schema["properties"].items() if k not in Model.model_fields and k != "type"}
    lines = [f"## `{name}` {{#{name}}}", "", documented(cls) or _sentence(cls.summary), ""]
    mode = cls.default_mode
    facts = [f"Intervals answer by default: **{mode}** ({MODES[mode]})."]
    if cls.extra:
        facts.append(f"Needs the extra `{cls.extra}`: `pip install 'stance-harness[{cls.extra}]'`.")
    lines += [" ".join(facts), ""]
    needed = schema.get("required", ())
    return "\n".join([*lines, keys_table(own, needed) if own else "No keys of its own.\n"])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def splits() -> str:
    """Return the page of splits."""
    parts = [SPLITS_HEAD]
    for name in registry.SPLITS:
        cls = registry.load("split", name)
        own = {k: v for k, v in _schema(cls)["properties"].items() if k != "type"}
        needed = _schema(cls).get("required", ())
        parts += [
            f"## `{name}` {{#{name}}}\n",
            (documented(cls) or _sentence(cls.summary)) + "\n",
            keys_table(own, needed),
        ]
    return "\n".join(parts)


SPLITS_HEAD = """# Splits

What the list `splits:` of a configuration can name: `{type: TYPE, key: value}`, or in short `TYPE`. Whatever a split is
called, no training statement shares a group with a test statement, except in `naive`, which exists to show what that
would be worth. [Why](../explanation/purging.md).
"""


def metrics() -> str:
    """Return the page of metrics."""
    rows = [
        (f"[`{m.name}`](#{m.name})", m.title, f"{m.low:g} to {m.high:g}", m.undefined_when)
        for m in METRICS.values()
    ]
    head = ("name", "what it is", "range", "undefined when")
    each = [f"### `{m.name}` {{#{m.name}}}\n\n{documented(m.of)}\n" for m in METRICS.values()]
    types = [f"### `{name}` {{#type-{name}}}\n\n{_metric_type(cls)}" for name, cls in TYPES.items()]
    beside = [(f"`{name}`", _span(low, high)) for name, (_, low, high) in {**SCORES, **DISTANCES}.items()]
    return "\n".join(
        [
            METRICS_HEAD,
            table(head, rows),
            "## Each of them\n",
            *each,
            "## Types with parameters {#types}\n\nA mapping in `evaluation.metrics` with a `name`, a `type` and:\n",
            *types,
            f"### Any metric of the table, over a field {{#type-plain}}\n\n{_metric_type(Plain)}",
            PROBABILITIES,
            table(("name", "range"), beside),
        ]
    )


PROBABILITIES = """## Scores of probabilities {#probabilities}

They cannot be configured; every model that gives probabilities has them.
[What they mean](../metrics.md#beside-the-configured-metrics).
"""
METRICS_HEAD = """# Metrics

What `evaluation.metrics` of a configuration can name. [Metrics](../metrics.md) says where each comes from, what published
work means by it, and how to define one of your own.
"""


def _span(low: float, high: float) -> str:
    return f"{low:g} to {'infinity' if high == float('inf') else f'{high:g}'}"


def _metric_type(cls: Any) -> str:
    schema = _schema(cls)
    own = {k: v for k, v in schema["properties"].items() if k != "type"}
    lines = [_sentence(cls.summary), ""] if cls.summary else []
    return "\n".join(
        [*lines, prose(documented(cls)), "", keys_table(own, ["name", *schema.get("required", ())])]
    )
