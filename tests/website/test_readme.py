"""README.md: its configuration runs and explains every line, its table has every command; its picture."""

import re
import shutil

import pytest
import yaml

from website.commands import commands


@pytest.fixture(scope="module")
def readme(project):
    return (project / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def configuration(readme):
    [block] = re.findall(r"^<!-- minimal configuration -->\n```yaml\n(.*?)^```", readme, re.M | re.S)
    return block


def test_every_line_of_the_configuration_is_explained(configuration):
    assert [line for line in configuration.splitlines() if "# " not in line] == []


def test_the_configuration_runs_as_it_stands(configuration, project, run_cli, tmp_path, monkeypatch):
    for folder in ("seeds", "annotations"):
        shutil.copytree(project / folder, tmp_path / folder)
    (tmp_path / "mine.yaml").write_text(configuration, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run_cli("check", "mine.yaml").code == 0
    quick = ["--set", "evaluation.retrain=2", "--set", "evaluation.leakage=0"]
    done = run_cli("run", "mine.yaml", *quick)
    assert done.code == 0, done.err
    assert list((tmp_path / "runs" / yaml.safe_load(configuration)["name"]).glob("*/report.html"))


def test_the_table_has_every_command(readme):
    table = readme.split("## Commands")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    said = " ".join(cells)
    for name, _ in commands():
        *group, word = name.split()[1:]
        assert re.search(rf"`(harness {' '.join([*group, ''])})?{word}[ `]", said), name


def test_the_picture_is_small_and_its_command_is_beside_it(readme, project):
    before, _, after = readme.partition("<!-- picture -->\n")
    path = re.match(r"!\[[^\]]+\]\(([^)]+)\)", after)[1]
    assert 0 < (project / path).stat().st_size < 100_000
    assert "python -m website.picture runs/baseline/" in before
    assert path in before
