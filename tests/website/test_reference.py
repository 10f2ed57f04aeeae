"""The reference names all that the code has: commands, options, types, keys, metrics, codes, fields."""

import pkgutil
import re
from dataclasses import fields

import pytest
import typer

import harness
from harness import registry
from harness.checks import CODES
from harness.cli import app
from harness.config_schema import json_schema
from harness.corpus_files import GoldSpec
from harness.inputs import PRESETS
from harness.metric_types import TYPES
from harness.metrics import METRICS
from harness.probability_scores import SCORES
from harness.records import Article
from website.commands import commands
from website.reference import CALLS, GENERATED
from website.values import in_words

MADE_IN = {"harness": "harness.api", "harness.Result": "harness.result.Result"}


@pytest.fixture(scope="module")
def pages():
    return {path.removeprefix("reference/").removesuffix(".md"): make() for path, make in GENERATED.items()}


def section(page, anchor):
    """Return what stands below the heading with an anchor, up to the next heading of its level."""
    found = re.search(rf"^(#+) [^\n]*\{{#{re.escape(anchor)}\}}$(.*?)(?=^\1 |\Z)", page, re.M | re.S)
    assert found, f"no heading has the anchor {anchor}"
    return found[2]


def test_every_command_has_a_section_with_all_of_its_arguments_and_options(pages):
    found = dict(commands())
    top = typer.main.get_command(app).commands
    assert {name.split()[1] for name in found} == set(top)
    assert len(found) == len(top) - 1 + len(top["annotate"].commands)
    for name, command in found.items():
        said = section(pages["commands"], name.replace(" ", "-"))
        for parameter in command.params:
            if getattr(parameter, "hidden", False):
                continue
            if parameter.param_type_name == "option":
                assert all(f"{option}" in said for option in (*parameter.opts, *parameter.secondary_opts))
            assert (parameter.help or "") == "" or " ".join(
                parameter.help.replace("|", "\\|").split()
            ) in said


def test_every_command_has_its_counterpart_in_python_and_the_page_names_it(pages):
    assert [command for command, _ in CALLS] == [name for name, _ in commands()]
    for _, call in CALLS:
        assert callable(pkgutil.resolve_name(call)), call
        module, _, name = call.rpartition(".")
        made_in = re.escape(MADE_IN.get(module, module))
        listed = re.findall(rf"^::: {made_in}$(.*?)(?=^## |\Z)", pages["python"], re.M | re.S)
        assert f"`{call}`" in pages["python"]
        assert len(listed) == 1, call
        assert "members" not in listed[0] or name in re.findall(r"\w+", listed[0]), call


def test_every_model_type_has_a_section_with_all_of_its_keys(pages):
    for name in registry.MODELS:
        cls = registry.load("model", name)
        said = section(pages["models"], name)
        shared = pages["models"].partition("## `")[0]
        for key, field in cls.model_fields.items():
            assert key == "type" or f"| `{field.alias or key}` |" in said + shared


def test_every_split_has_a_section_with_all_of_its_keys(pages):
    for name in registry.SPLITS:
        said = section(pages["splits"], name)
        keys = {f.alias or key for key, f in registry.load("split", name).model_fields.items()} - {"type"}
        assert {key for key in keys if f"| `{key}` |" not in said} == set()


def test_every_metric_type_and_score_is_there(pages):
    for name in METRICS:
        assert section(pages["metrics"], name).strip()
    for name in TYPES:
        assert section(pages["metrics"], f"type-{name}").strip()
    assert all(f"| `{name}` |" in pages["metrics"] for name in SCORES)


def test_every_key_of_the_schema_is_there_with_its_description(pages):
    schema = json_schema()
    parts = {n: p for n, p in schema["$defs"].items() if not n.startswith(("model-", "split-", "metric-"))}
    for key in schema["properties"]:
        assert f"| `{key}` |" in pages["configuration"]
    for name, part in parts.items():
        said = section(pages["configuration"], name.lower())
        for key, value in part.get("properties", {}).items():
            assert f"| `{key}` | {value.get('description', '').replace('|', chr(92) + '|')} |" in said
    assert all(f"| `{name}` |" in pages["configuration"] for name in PRESETS)


def test_every_problem_code_and_every_field_of_a_file_is_there(pages):
    assert all(f"| `{code}` | {what} |" in pages["problems"] for code, what in CODES.items())
    assert all(f"| `{name}` |" in pages["files"] for name in GoldSpec.model_fields)
    articles = section(pages["files"], "articles")
    assert all(f"| `{f.name}` |" in articles for f in fields(Article) if f.name != "text")


def test_every_function_of_the_python_interface_is_asked_for(pages):
    for name in harness.__all__:
        assert re.search(rf"\b{name}\b", pages["python"]), name


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 0, "exclusiveMaximum": 2**32}, "whole number from 0 to 2^32^ − 1"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, "number above 0 to 1"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text or null"),
        ({"enum": ["a", "b"]}, "`a`, `b`"),
        ({"type": "array", "items": {"type": "string"}}, "list of text"),
        (
            {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer"}},
            "list of 2: whole number",
        ),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, "mapping to true or false"),
        ({"$ref": "#/$defs/Join"}, "[Join](#join)"),
        ({}, ""),
    ],
)
def test_a_schema_is_said_in_words(schema, words):
    assert in_words(schema) == words
