"""`harness check` on folders of configurations, and what it says of data that are sound but lacking."""

import json

import pytest

from harness.checks import load_corpus
from harness.models.lexicon import Lexicon
from harness.remarks import run_remarks
from tests.conftest import SCHEME

FOURTH = "  - {name: opposed, definition: Against.}\n"


def settings(corpus, **changes):
    return {
        "name": "t",
        "seed": 1,
        "data": {"corpus": str(corpus.root)},
        "splits": ["leave-one-group-out"],
        "models": {"majority": "majority"},
        "evaluation": {"retrain": 0, "leakage": 0},
        **changes,
    }


@pytest.fixture
def configs(small_corpus, tmp_path):
    """A folder with a sound configuration, a misspelt one, a sweep and YAML that is no configuration."""
    folder = tmp_path / "configs"
    folder.mkdir()
    sound = settings(small_corpus)
    files = {
        "a.yaml": sound,
        "b.yml": {**sound, "modles": {}, "seed": "x"},
        "cues.yaml": {"default": "neutral", "labels": {"neutral": ["x"]}},
        "d.yaml": {**sound, "sweep": {"seed": [1, 2]}},
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_each_configuration_of_a_folder_is_checked_and_other_yaml_is_left_alone(configs, run_cli):
    ended = run_cli("check", configs)
    assert ended.code == 2, ended.err
    said = ended.out.replace(f"{configs}/", "")
    assert "a.yaml: no problems\n" in said
    assert "b.yml: 2 problems\n" in said
    assert "config-unknown" in said
    assert "d.yaml: no problems in 2 runs\n" in said
    assert "cues.yaml" not in said
    (configs / "b.yml").unlink()
    assert run_cli("check", configs).code == 0


def test_yaml_that_cannot_be_read_or_asks_for_what_is_gone_is_a_problem_of_its_file(configs, run_cli):
    (configs / "b.yml").write_text("name: [", encoding="utf-8")
    gone = json.loads((configs / "a.yaml").read_text(encoding="utf-8")) | {"data": {"corpus": "gone"}}
    (configs / "e.yaml").write_text(json.dumps(gone), encoding="utf-8")
    ended = run_cli("check", configs, "--json")
    assert ended.code == 2
    found = json.loads(ended.out)["problems"]
    assert [p["path"].rpartition("/")[2] for p in found] == ["b.yml", "gone"]
    assert found[1]["code"] == "config-refused"


def test_a_label_without_statements_is_told_of_a_corpus_a_run_and_the_report(small_corpus, run_cli, tmp_path):
    small_corpus.scheme.write_text(SCHEME + FOURTH, encoding="utf-8")
    ended = run_cli("check", small_corpus.root)
    assert ended.code == 0, ended.out
    assert "note: absent_label: no statement is labelled 'opposed'" in ended.out
    path = tmp_path / "t.yaml"
    path.write_text(json.dumps(settings(small_corpus)), encoding="utf-8")
    assert "note: absent_label: no statement is labelled 'opposed'" in run_cli("check", path).out
    assert "note: absent_label" in run_cli("run", path).out


def test_a_corpus_without_labelled_statements_is_sound_and_no_benchmark(small_corpus, run_cli):
    assert "note:" not in run_cli("check", small_corpus.root).out
    for file in (small_corpus.root / "annotations" / "gold").iterdir():
        file.unlink()
    ended = run_cli("check", small_corpus.root)
    assert ended.code == 0
    assert "no_statements: annotations/gold has no labelled statement, annotators have 24, so" in ended.out
    assert "adjudicate them" in ended.out


def test_a_cue_list_without_cues_for_a_label_is_told_by_the_name_of_its_model(tmp_path, small_corpus):
    path = tmp_path / "cues.yaml"
    path.write_text("default: neutral\nlabels: {supportive: [ally], hedged: []}\n", encoding="utf-8")
    corpus = load_corpus(small_corpus.root)
    models = {"shipped": Lexicon(), "mine": Lexicon(cues=str(path))}
    found = list(run_remarks(corpus.scheme.names, corpus.examples(), models))
    assert found == ["no_cues: models.mine has no cues for 'hedged', so it never gives a text that label"]


def test_an_annotator_whom_the_scheme_describes_and_who_has_no_file_is_told(small_corpus, run_cli):
    said = "annotators: {ana: person, bruno: person}\n"
    small_corpus.scheme.write_text(said + small_corpus.scheme.read_text(encoding="utf-8"), encoding="utf-8")
    ended = run_cli("check", small_corpus.root)
    assert ended.code == 0
    assert "no_annotator: scheme.yaml says what 'ana' is, who has no file; did you mean 'anna'?" in ended.out
    assert "'bruno'" not in ended.out
