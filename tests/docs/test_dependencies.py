"""docs/dependencies.md says what pyproject.toml asks for; all of it is pinned, nothing else imported."""

import ast
import re
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BROUGHT = {"huggingface-hub": "datasets", "markupsafe": "jinja2"}
"""What the package imports only where the other, which brings it, is there."""
MODULES = {
    "cassis": "dkpro-cassis",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
    "mlflow": "mlflow-skinny",
    "markdown-it": "markdown-it-py",
    "inspect-ai": None,  # in task files that other programs run
}
"""Modules whose package has another name."""


def asked(project):
    """Return the requirements of pyproject.toml by package; but for the project's own extras."""
    said = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*said["dependencies"], *(x for extra in said["optional-dependencies"].values() for x in extra)]
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(r.name): r for r in found if r.name != said["name"]}


def pins(project):
    lines = (project / "constraints.txt").read_text("utf-8").splitlines()
    return {canonicalize_name(k): v for k, _, v in (x.partition("==") for x in lines if "==" in x)}


def listed(project):
    """Return (lowest, looked at) by package, as the page says them."""
    text = (project / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(
        r"^\| ([a-z][a-z0-9-]*) \| ([\w.]+) \| ([\w.]+) \| (.+) \| (.+) \| (.+) \|$", text, re.MULTILINE
    )
    return {name: (low, seen) for name, low, seen, *_ in rows if name != "package"}


def test_the_page_lists_every_package_that_is_asked_for_and_no_other(project):
    assert set(listed(project)) == set(asked(project))


def test_the_page_says_the_bounds_and_the_pins(project):
    for name, requirement in asked(project).items():
        low = str(requirement.specifier).removeprefix(">=") or "any"
        assert listed(project)[name] == (low, pins(project).get(name)), name


def test_every_package_that_is_asked_for_is_pinned_within_its_bounds(project):
    for name, requirement in asked(project).items():
        assert name in pins(project), name
        assert requirement.specifier.contains(pins(project)[name], prereleases=True), name


def test_every_bound_is_a_lowest_version_alone(project):
    """An upper bound would keep users from releases that nobody has tried yet; the pins are for figures."""
    for name, requirement in asked(project).items():
        assert all(part.operator == ">=" for part in requirement.specifier), name


@pytest.mark.parametrize("package", ["harness", "benchmarks"])
def test_the_package_imports_only_what_it_asks_for(project, package):
    wanted = set(asked(project)) | set(BROUGHT)
    for path in (project / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in names:
                root = name.partition(".")[0]
                own = root in sys.stdlib_module_names or root in (
                    "harness",
                    "benchmarks",
                    "tests",
                    "_typeshed",
                )
                found = MODULES.get(canonicalize_name(root), canonicalize_name(root))
                assert own or found is None or found in wanted, f"{path}:{node.lineno}: {name}"
