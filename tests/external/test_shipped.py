"""Every shipped configuration has a page, is plain YAML, and helps where its data are missing."""

import re
import shutil

import pytest
from jsonschema import Draft202012Validator

from benchmarks.invented import SHAPES
from harness.config_schema import json_schema
from harness.yamlfile import read_yaml

NAMES = sorted(SHAPES)


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def test_each_has_a_page_that_says_where_the_data_are_and_the_command(project, name):
    page = (project / "docs" / "external" / f"{name}.md").read_text(encoding="utf-8")
    settings = read_yaml(project / "configs" / "external" / f"{name}.yaml").data
    assert settings["name"] == name
    assert f"harness run configs/external/{name}.yaml" in page
    assert settings["data"]["homepage"].split()[0] in page
    for path in files_of(settings["data"]):
        where, _, file = path.rpartition("/")
        assert path.startswith("data/")
        assert file in page or re.sub(r"(train|val|test)_", "{train,val,test}_", file) in page, (where, file)
    for model in settings["models"]:
        assert f"`{model}`" in page
    index = (project / "docs" / "external" / "README.md").read_text(encoding="utf-8")
    assert f"({name}.md)" in index


def test_each_is_plain_yaml_that_the_schema_knows_and_names_no_code(project, name):
    path = project / "configs" / "external" / f"{name}.yaml"
    settings = read_yaml(path).data
    assert list(Draft202012Validator(json_schema()).iter_errors(settings)) == []
    assert "trust" not in settings
    assert "function" not in path.read_text(encoding="utf-8")


def test_without_the_files_all_of_them_are_named_with_the_place_to_get_them(project, run_cli, tmp_path, name):
    path = tmp_path / f"{name}.yaml"
    shutil.copy(project / "configs" / "external" / path.name, path)
    settings = read_yaml(path).data
    for command in ("check", "run"):
        ended = run_cli(command, path)
        assert ended.code == 2
        assert "Traceback" not in ended.err
        missing = len(set(files_of(settings["data"])))
        assert ended.err.count("no such file") == min(20, missing)
        assert (f"{missing - 20} more are missing" in ended.err) == (missing > 20)
        assert f"hint: get the data from {settings['data']['homepage']}" in " ".join(ended.err.split())


def test_the_data_are_kept_out_of_commits(project):
    assert "configs/external/data/" in (project / ".gitignore").read_text(encoding="utf-8").splitlines()


def files_of(value):
    """Yield every path that a configuration's data name."""
    if isinstance(value, str):
        if value.startswith("data/"):
            yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from files_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from files_of(part)
