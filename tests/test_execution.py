"""Where a run is computed: two ways to say it, and what is refused."""

import pytest

from harness.config import load_config
from harness.errors import InputError, ProblemsError
from harness.execution import DaskExecution, LocalExecution, execution_of


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("local", LocalExecution()),
        ("dask", DaskExecution()),
        ("dask=tcp://host:8786", DaskExecution(address="tcp://host:8786")),
        ("dask=tls://10.0.0.1:8786", DaskExecution(address="tls://10.0.0.1:8786")),
    ],
)
def test_the_command_line_and_a_configuration_say_it_in_one_form(small_corpus, monkeypatch, said, meant):
    monkeypatch.setenv("HARNESS_TRUST", meant.plain().get("address") or "")
    assert execution_of(said) == meant
    assert load_config(small_corpus.config(executor=said)).executor == meant
    assert load_config(small_corpus.config(executor=meant.plain())).executor == meant


def test_a_configuration_that_says_nothing_is_computed_here(small_corpus):
    assert load_config(small_corpus.config()).executor == LocalExecution()


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("dusk", "did you mean 'dask'?"),
        ("local=3", "expected local, dask, or dask=ADDRESS"),
        ("dask=", "expected local, dask, or dask=ADDRESS"),
        ("dask=host:8786", "expected local, dask, or dask=ADDRESS"),
        ("dask=http://host:8786", "expected local, dask, or dask=ADDRESS"),
    ],
)
def test_what_is_no_executor_is_refused(small_corpus, said, hint):
    with pytest.raises(InputError, match="no such executor") as caught:
        execution_of(said)
    assert caught.value.hint.startswith(hint)
    with pytest.raises(ProblemsError, match="executor"):
        load_config(small_corpus.config(executor=said))


@pytest.mark.parametrize(
    ("executor", "message"),
    [
        ({"kind": "dask", "adress": "tcp://a:1"}, "unknown key 'executor.adress'"),
        ({"kind": "local", "address": "tcp://a:1"}, "unknown key 'executor.address'"),
        ({"kind": "dask", "timeout": 0}, "executor.timeout: input should be greater than 0"),
        ({"kind": "dask", "address": "nowhere"}, "executor.address: string should match"),
    ],
)
def test_a_wrong_part_of_an_executor_is_named(small_corpus, executor, message):
    with pytest.raises(ProblemsError) as caught:
        load_config(small_corpus.config(executor=executor))
    assert message in caught.value.render()


def test_an_executor_is_no_part_of_what_a_run_is(small_corpus):
    assert "executor" not in load_config(small_corpus.config(executor="dask")).plain()


def test_without_dask_the_extra_is_named(small_corpus, run_cli, monkeypatch):
    import harness.extras

    real = harness.extras.find_spec
    monkeypatch.setattr(harness.extras, "find_spec", lambda n: None if n == "distributed" else real(n))
    ended = run_cli("run", small_corpus.config(), "--executor", "dask")
    assert ended.code == 2
    assert "the executor 'dask' needs distributed, which is not installed" in ended.err
    assert "pip install 'stance-harness[dask]'" in ended.err
