"""The layers of the package: a module imports only modules that stand before it in ORDER.

From the ground up: errors and digests; text and YAML files; the frozen records; metrics and their
uncertainty; splits and models; what configurations and corpora say; a plan of fits, its fingerprints and
its store; what runs and scores it; reports; the command line. Packages count as one module each. Imports
inside functions count, and so do those for type checking alone. What :mod:`harness.registry` names in its
table of strings is loaded by name and is no import: that is how a configuration reaches models and splits.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "harness"
ORDER = (
    "__init__",  # the version
    "screen",
    "errors",
    "streams",
    "limits",
    "format_version",
    "digest",
    "textfile",
    "within",
    "unpacking",
    "yamlfile",
    "lock",
    "spec",
    "records",
    "examples",
    "column_json",
    "column_digests",
    "numbering",
    "environment",
    "extras",
    "cache",
    "model_folder",
    "pretrained",
    "sentence_model",
    "sentence_encoder",
    "identity",
    "metrics",
    "alpha",
    "field_metrics",
    "user_metric",
    "probability_scores",
    "distribution_scores",
    "uncertainty",
    "registry",
    "inputs",
    "config_source",
    "consent",
    "table_files",
    "table_data",
    "execution",
    "run_config",
    "metric_types",
    "validation",
    "config_metrics",
    "config_checks",
    "config_schema",
    "config",
    "sweep",
    "sentences",
    "system_memory",
    "word_hashes",
    "repeated_shingles",
    "near_duplicates",
    "tables",
    "corpus",
    "scale",
    "corpus_files",
    "checks",
    "splits",
    "given_splits",
    "divisions",
    "models",
    "fingerprint",
    "signature",
    "testing",
    "remarks",
    "plan",
    "run_files",
    "record_text",
    "store",
    "fits",
    "executors",
    "kept_results",
    "runner",
    "cautions",
    "tested",
    "training_seeds",
    "sample_size",
    "differences",
    "breakdowns",
    "disagreement",
    "scoring",
    "report",
    "evaluation",
    "export",
    "tracking",
    "comparison",
    "verification",
    "ranking",
    "sweep_run",
    "catalogue",
    "doctor",
    "console",
    "answers",
    "run_answers",
    "completion",
    "starter",
    "annotate",
    "labelling",
    "result",
    "api",
    "commands",
    "cli",
    "__main__",
)


FACE = ("__init__", "api")
"""The package hands the names of its interface on, and imports them when one is first asked for."""


def modules():
    """Return the source files of each module or package."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        found.setdefault(path.relative_to(PACKAGE).with_suffix("").parts[0], []).append(path)
    return found


def named(path):
    """Yield (line, dotted name) of all that a file imports from the package, wherever in it that stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            names = [f"{node.module}.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        for name in names:
            if name.partition(".")[0] == "harness":
                yield node.lineno, "harness" if name == "harness.__version__" else name


def imports(path):
    """Yield (line, module) for each import of the package itself; a package in it is one module."""
    for line, name in named(path):
        yield line, (*name.split("."), "__init__")[1]


def dotted(path):
    """Return the name by which a source file is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def circle(arrows):
    """Return names of which each leads to the next and the last to the first; None where there are none.

    What leads nowhere any more is in no circle and goes, until nothing does.
    """
    left = {name: set(ends) & set(arrows) - {name} for name, ends in arrows.items()}
    while dead := [name for name, ends in left.items() if not ends & set(left)]:
        left = {name: ends for name, ends in left.items() if name not in dead}
    way = [min(left)] if left else []
    while way and way[-1] not in way[:-1]:
        way.append(min(left[way[-1]] & set(left)))
    return way[way.index(way[-1]) :] if way else None


def test_every_module_has_its_place():
    assert sorted(modules()) == sorted(ORDER), "a new module needs a place in ORDER, a removed one goes"


@pytest.mark.parametrize("module", ORDER)
def test_a_module_imports_only_what_stands_before_it(module):
    place = ORDER.index(module)
    wrong = [
        f"{path.relative_to(PACKAGE.parent)}:{line}: imports {name}"
        for path in modules()[module]
        for line, name in imports(path)
        if name != module and (module, name) != FACE and (name not in ORDER or ORDER.index(name) > place)
    ]
    assert wrong == []


def test_an_import_inside_a_function_is_seen(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("def f():\n    from harness.cli import main\n    import harness.plan\n", encoding="utf-8")
    assert list(imports(path)) == [(2, "cli"), (3, "plan")]


def test_no_import_leads_back_to_where_it_started_within_a_package_either():
    files = {dotted(path): path for path in PACKAGE.rglob("*.py")}
    arrows = {  # what is imported is a module, or a name in one
        name: {what if what in files else what.rpartition(".")[0] for _, what in named(path)}
        for name, path in files.items()
        if name != "harness"  # the package hands names on, see FACE
    }
    assert circle(arrows) is None


@pytest.mark.parametrize(
    ("arrows", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, None),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["b", "c", "b"]),
        ({"a": {"b", "c"}, "b": {"elsewhere"}, "c": {"a"}}, ["a", "c", "a"]),
        ({}, None),
    ],
)
def test_a_circle_is_found_by_its_names(arrows, found):
    assert circle(arrows) == found
