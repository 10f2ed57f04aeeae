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
    "repeated_runs",
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


def imports(path):
    """Yield (line, module) for each import of the package itself, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            if node.module == "harness":
                names = [f"harness.{a.name}" if a.name != "__version__" else "harness" for a in node.names]
            else:
                names = [node.module]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        for name in names:
            root, _, rest = name.partition(".")
            if root == "harness":
                yield node.lineno, rest.partition(".")[0] or "__init__"


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
