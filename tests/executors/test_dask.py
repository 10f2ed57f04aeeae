"""Fits on a real cluster: the same bytes as in one process, whatever happens to workers meanwhile."""

import pytest

from harness.config import load_config
from harness.errors import InputError, RunError
from harness.evaluation import evaluate
from harness.execution import DaskExecution
from harness.executors import Work
from harness.models.dummy import Majority
from tests.executors.conftest import START, stored

distributed = pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")

from harness.executors.cluster import Cluster  # noqa: E402
from harness.executors.dask import Dask, small  # noqa: E402

TASKS = 20
"""2 models, each of 3 folds, 4 batches of re-runs and 3 of the leakage row."""


def test_a_plan_on_a_cluster_gives_the_bytes_of_this_process(planned, alone, cluster, tmp_path):
    told = []
    there = planned.computed(
        tmp_path, cluster.execution, progress=lambda task, was: told.append((task.fingerprint, was))
    )
    assert there == alone
    assert len(planned.plan.tasks) == len({key for key, _ in told}) == len(told) == TASKS
    assert not any(was for _, was in told)


def test_a_finished_run_does_not_say_where_it_was_computed(small_corpus, cluster, tmp_path, monkeypatch):
    monkeypatch.setenv("HARNESS_TRUST", cluster.address)
    settings = {"models": {"majority": "majority"}, "output": str(tmp_path / "runs")}
    here = evaluate(load_config(small_corpus.config(**settings)))
    stable = {path.name: path.read_bytes() for path in here.folder.glob("*.*")}
    executor = {"kind": "dask", "address": cluster.address, "timeout": START}
    config = load_config(small_corpus.config(**settings, executor=executor))
    assert (config.executor.address, config.executor.timeout) == (cluster.address, START)
    there = evaluate(config, fresh=True)
    assert there.folder == here.folder
    for name in ("config.yaml", "folds.json", "reruns.json", "predictions.jsonl", "metrics.json"):
        assert (there.folder / name).read_bytes() == stable[name]
    assert cluster.address.encode() not in b"".join(p.read_bytes() for p in there.folder.glob("*.*"))


def test_a_worker_killed_in_the_middle_changes_nothing(planned, alone, cluster, tmp_path):
    (worker,) = cluster.work(1)  # the third

    def progress(task, was):
        if worker.poll() is None:
            cluster.kill(worker)

    assert planned.computed(tmp_path, cluster.execution, progress) == alone
    assert worker.poll() == -9


def test_when_all_workers_are_gone_the_data_go_again_to_those_that_come(planned, alone, machines, tmp_path):
    (worker,) = machines.work(1)
    seen = []

    def progress(task, was):
        seen.append(task)
        if worker.poll() is None:  # the only one that has the data
            machines.kill(worker)
            machines.work(1)

    assert planned.computed(tmp_path, machines.execution, progress) == alone
    assert len(seen) == TASKS


def test_what_is_interrupted_goes_on_where_it_stopped(planned, alone, cluster, tmp_path):
    class StopError(Exception):
        pass

    def stop_after_three(task, was):
        seen.append(was)
        if len(seen) == 3:
            raise StopError

    seen, again = [], []
    with pytest.raises(StopError):
        planned.computed(tmp_path, cluster.execution, stop_after_three)
    assert len(stored(tmp_path)) == 3
    done = planned.computed(tmp_path, cluster.execution, lambda task, was: again.append(was))
    assert (again.count(True), again.count(False)) == (3, TASKS - 3)
    assert done == alone
    nowhere = DaskExecution(address="tcp://127.0.0.1:1", timeout=1)
    assert planned.computed(tmp_path, nowhere) == alone  # all is stored, so nobody is asked


def test_a_scheduler_that_dies_is_one_error_and_what_is_finished_is_kept(planned, machines, tmp_path):
    machines.work(1)
    seen = []

    def progress(task, was):
        seen.append(task)
        machines.kill(machines.scheduler)

    execution = DaskExecution(address=machines.address, timeout=5)
    with pytest.raises(RunError, match=r"the cluster tcp://127.0.0.1:\d+ is gone") as caught:
        planned.computed(tmp_path, execution, progress)
    assert caught.value.exit_code == 1
    assert len(stored(tmp_path)) == len(seen) >= 1


def test_a_cluster_of_this_machine_listens_on_the_loopback_interface_alone(planned, alone, tmp_path):
    places, before = set(), family()

    def progress(task, was):
        if places:
            return
        for process in (psutil.Process(), *(psutil.Process(pid) for pid in family() - before)):
            for connection in process.net_connections("inet"):
                if connection.status == psutil.CONN_LISTEN:
                    places.add(connection.laddr.ip)

    assert planned.computed(tmp_path, DaskExecution(), progress, processes=2) == alone
    assert places == {"127.0.0.1"}
    trackers = {p.pid for p in psutil.Process().children() if "tracker" in " ".join(p.cmdline())}
    assert family() - before <= trackers  # the standard library's, until this process ends


def family():
    """Return the ids of the processes that come of this one."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


def test_workers_must_be_there_and_have_this_harness_before_anything_is_computed(planned, machines, tmp_path):
    execution = DaskExecution(address=machines.address, timeout=1)
    with pytest.raises(InputError, match=r"has had no worker for 1 seconds"), Cluster(execution):
        pass
    other = tmp_path / "other" / "harness"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise ImportError\n", encoding="utf-8")
    machines.work(1, path=other.parent)
    message = r"workers of the cluster .* differ: stance-harness is not installed \(tcp://"
    with pytest.raises(InputError, match=message) as caught:
        planned.computed(tmp_path / "runs", machines.execution)
    assert caught.value.exit_code == 2
    assert stored(tmp_path / "runs") == {}


def test_models_that_use_several_processors_or_a_service_stay_in_this_process(planned, monkeypatch):
    monkeypatch.setattr(Majority, "own_workers", True)
    there, here = Dask._divided(Work(planned.plan, planned.plan.tasks))
    assert {task.model for task in there.tasks} == {"logreg"}
    assert {task.model for task in here.tasks} == {"majority"}
    assert (len(there.tasks), len(here.tasks)) == (TASKS / 2, TASKS / 2)


def test_a_task_goes_out_without_the_ids_of_its_fold(planned):
    task = planned.plan.tasks[0]
    assert len(task.fold.train) + len(task.fold.test) + len(task.fold.purged) == 12
    assert small(task).fold.key == task.fold.key
    assert "alpha-1" in str(task)
    assert "alpha-1" not in str(small(task))
    assert small(planned.plan.tasks[-1]) is planned.plan.tasks[-1]  # a batch of cross-validations has none
