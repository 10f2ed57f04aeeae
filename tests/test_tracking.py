"""MLflow: what is logged is what metrics.json says."""

import json
import subprocess
import sys

import pytest

from harness.config import load_config
from harness.errors import RunError
from harness.evaluation import evaluate
from harness.tracking import track
from tests.test_runner import config_file


@pytest.fixture
def done(tmp_path, project):
    evaluation = {"retrain": 0, "resamples": 100, "leakage": 0}
    return evaluate(load_config(config_file(tmp_path, project, evaluation=evaluation)))


def test_without_the_package_the_error_names_the_extra(done, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(RunError, match="mlflow-skinny") as caught:
        track(done, str(tmp_path / "store"))
    assert "stance-harness[mlflow]" in caught.value.hint
    assert not (tmp_path / "store").exists()


READ = """
import json, sys, warnings
warnings.simplefilter("ignore")
import os
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
from harness.evaluation import rescore
from harness.tracking import track
from pathlib import Path
import mlflow
folder, store = Path(sys.argv[1]), sys.argv[2]
parent = track(rescore(folder), store)
client = mlflow.MlflowClient(tracking_uri=Path(store).as_uri())
experiment = client.get_experiment_by_name("quick")
rows = [
    {
        "name": r.info.run_name,
        "metrics": r.data.metrics,
        "params": r.data.params,
        "parent": r.data.tags.get("mlflow.parentRunId"),
    }
    for r in client.search_runs([experiment.experiment_id])
]
print(json.dumps({"parent": parent, "rows": rows, "files": [f.path for f in client.list_artifacts(parent)]}))
"""


def test_a_run_is_logged_with_its_scores_parameters_and_folder(done, tmp_path):
    """In a process of its own, since MLflow's own imports warn."""
    pytest.importorskip("mlflow", reason="the extra mlflow is not installed")
    store = tmp_path / "store"
    command = [sys.executable, "-c", READ, str(done.folder), str(store)]
    out = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    said = json.loads(out.strip().splitlines()[-1])
    scores = json.loads((done.folder / "metrics.json").read_text(encoding="utf-8"))
    children = {row["name"]: row for row in said["rows"] if row["parent"] == said["parent"]}
    assert len(children) == len(scores["evaluations"])
    for e in scores["evaluations"]:
        row = children[f"{e['model']} under {e['split']}"]
        assert row["metrics"]["macro_f1"] == e["scores"]["macro_f1"]["value"]
        assert row["params"]["split"] == e["split"]
    assert {"metrics.json", "manifest.json", "config.yaml"} <= set(said["files"])
