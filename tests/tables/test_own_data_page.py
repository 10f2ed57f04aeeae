"""The configuration on the page about one's own data, run as it stands on an invented table."""

import json
import re

import pytest

from harness.config import load_config
from harness.config_schema import json_schema

from .conftest import csv_text
from .test_table_runs import semeval_like


@pytest.fixture
def page(project):
    text = (project / "docs" / "own-data.md").read_text(encoding="utf-8")
    block, *_ = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return block


def test_the_configuration_of_the_page_runs(page, tmp_path, run_cli, monkeypatch):
    rows = [
        {**row, "Target": row["Target"].replace("Change", "Change is a Real Concern")}
        for row in semeval_like()
    ]
    text = csv_text([tuple(row.values()) for row in rows], header=tuple(rows[0]))
    (tmp_path / "tweets.csv").write_text(text, encoding="utf-8")
    (tmp_path / "tweets.yaml").write_text(page, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run_cli("check", "tweets.yaml").code == 0
    assert run_cli("run", "tweets.yaml", "--jobs", "1").code == 0
    [folder] = (tmp_path / "runs" / "tweets").iterdir()
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["labels"] == ["favor", "against", "none"]
    splits = {e["split"] for e in metrics["evaluations"]}
    assert splits == {"predefined", "each-target", "leave-one-value-out", "stratified-group-k-fold"}


def test_the_schema_follows_tables_and_corpora(page, tmp_path):
    import yaml
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(json_schema())
    settings = yaml.safe_load(page)
    assert list(validator.iter_errors(settings)) == []
    (tmp_path / "t.yaml").write_text(page, encoding="utf-8")
    assert list(validator.iter_errors(load_config(tmp_path / "t.yaml").plain())) == []
    settings["data"]["columms"] = {}
    assert list(validator.iter_errors(settings))
