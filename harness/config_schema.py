"""The JSON Schema of configuration files, from the same classes that validate them."""

from __future__ import annotations

from typing import Any

from harness import registry
from harness.metric_types import TYPES, MetricSpec, Plain
from harness.metrics import METRICS
from harness.run_config import NAME, RunConfig


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of configuration files, for editors' completion.

    Nothing is required but where a list replaces its parent's, since a file that ``extends`` another
    may say any part of it. ``harness check`` finds what is missing.
    """
    schema = RunConfig.model_json_schema(by_alias=True)
    definitions = schema.setdefault("$defs", {})
    for kind, key in (("split", "splits"), ("model", "models")):
        options: list[dict[str, Any]] = [{"type": "string", "enum": registry.names(kind)}]
        for name in registry.names(kind):
            part = registry.load(kind, name).model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
            definitions.update(part.pop("$defs", {}))
            if kind == "split":  # lists are replaced whole, so each split is complete
                part["required"] = ["type", *part.get("required", [])]
            else:
                part.pop("required", None)
            definitions[f"{kind}-{name}"] = part
            options.append({"$ref": f"#/$defs/{kind}-{name}"})
        target = schema["properties"][key]
        target["items" if key == "splits" else "additionalProperties"] = {"anyOf": options}
        if key == "models":
            target.pop("patternProperties", None)
            target["propertyNames"] = {"pattern": NAME}
    definitions["Evaluation"]["properties"]["metrics"]["items"] = {"anyOf": _metrics(definitions)}
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "another configuration that this one adds to",
    }
    del schema["required"]
    schema["properties"]["data"] = {"anyOf": schema["properties"]["data"]["oneOf"]}
    for part in ("Data", "TableData", "Columns", "Join", "Dataset"):
        definitions[part].pop("required", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "harness configuration",
    }


def _metrics(definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """Add the types of metrics to the definitions; return what an entry of ``evaluation.metrics`` may be."""
    options: list[dict[str, Any]] = [{"type": "string", "enum": list(METRICS)}]
    classes: list[type[MetricSpec]] = [*dict.fromkeys(TYPES.values()), Plain]
    for cls in classes:
        part = cls.model_json_schema(by_alias=True)
        part["required"] = ["name", *part.get("required", [])]
        if cls is Plain:
            part["properties"]["type"]["enum"] = list(METRICS)
        definitions[f"metric-{cls.__name__}"] = part
        options.append({"$ref": f"#/$defs/metric-{cls.__name__}"})
    return options
