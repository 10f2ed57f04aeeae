"""`harness init`: a benchmark that runs as it is, in the labels that were asked for, or nothing at all."""

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from harness.checks import check_corpus, load_corpus
from harness.errors import InputError, RunError
from harness.starter.benchmark import SHIPPED, start_benchmark
from harness.starter.labels import EXAMPLE, labels_from
from tests.docs.executed import blocks, run

OWN = labels_from("for,against,unclear")


def labels_of(folder):
    """Return the gold labels of the example by id."""
    rows = [
        json.loads(line)
        for path in sorted((folder / "annotations" / "gold").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return {row["id"]: row["stance"] for row in rows}


def test_the_example_is_sound_and_has_every_label_in_five_groups_or_more(tmp_path):
    made = start_benchmark(tmp_path / "new", OWN)
    assert check_corpus(made.folder) == []
    examples = load_corpus(made.folder).examples("gold")
    assert (made.articles, made.statements, len(examples)) == (3, 19, 19)
    groups = {label: {e.group for e in examples if e.label == label} for label in EXAMPLE}
    assert {label: len(found) for label, found in groups.items()} == {"for": 5, "against": 6, "unclear": 5}


@pytest.mark.parametrize(
    "said",
    [
        "for,against,unclear",
        "pro,con",
        "за,против,неясно",
        "a,b,c,d,e",
        "no,null",
        'q"uote,{curly},#x',
        "1,2.5",
    ],
)
def test_any_labels_give_a_sound_corpus_and_a_configuration_that_can_be_planned(tmp_path, run_cli, said):
    folder = tmp_path / "new"
    labels = labels_from(said)
    start_benchmark(folder, labels)
    assert check_corpus(folder) == []
    assert load_corpus(folder).scheme.names == labels.names
    ended = run_cli("check", folder / "configs" / "baseline.yaml")
    assert ended.code == 0, ended.err


def test_labels_of_the_examples_names_keep_their_places_and_others_take_those_left():
    """'against' is itself; 'for' and 'unclear' are left, and go to the others in order."""
    labels = labels_from("yes, against, who knows")
    assert labels.stands_for == {"for": "yes", "against": "against", "unclear": "who knows"}
    assert labels.names == ("yes", "against", "who knows")
    assert labels_from("unclear,against,for").renamed is False


def test_with_two_labels_the_third_is_left_out_of_scoring_as_undecidable(tmp_path):
    """Of 19 statements six are 'unclear'; so 13 are labelled."""
    start_benchmark(tmp_path / "two", labels_from("pro,con"))
    before = labels_of(SHIPPED)
    after = labels_of(tmp_path / "two")
    assert {(before[i], after[i]) for i in before} == {("for", "pro"), ("against", "con"), ("unclear", None)}
    assert sum(stance is not None for stance in after.values()) == 13


def test_a_fourth_label_is_in_the_scheme_with_no_statement_and_accuracy_comes_first(tmp_path):
    """Macro-F1 over a label that no statement has is undefined, so it would say nothing of the example."""
    start_benchmark(tmp_path / "four", labels_from("a,b,c,d"))
    assert "d" not in labels_of(tmp_path / "four").values()
    config = yaml.safe_load((tmp_path / "four" / "configs" / "baseline.yaml").read_text(encoding="utf-8"))
    assert config["evaluation"]["primary"] == "accuracy"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("one", "only one"),
        ("", "empty"),
        ("a,,b", "empty"),
        ("a,b,a", "'a' is there twice"),
        ("a,b\tc", "can be no label"),
        ("a,(no label)", "can be no label"),
        (f"a,{'b' * 61}", "can be no label"),
    ],
)
def test_labels_that_cannot_be_are_refused_before_anything_is_written(tmp_path, run_cli, said, fault):
    ended = run_cli("init", tmp_path / "new", "--labels", said)
    assert ended.code == 2
    assert fault in ended.err
    assert "hint: " in ended.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("entry", ["notes.txt", ".hidden", "seeds"])
def test_a_folder_that_holds_something_is_refused_and_left_as_it_is(tmp_path, run_cli, entry):
    (tmp_path / entry).mkdir()
    ended = run_cli("init", tmp_path)
    assert ended.code == 2
    assert f"not empty: {entry}" in ended.err
    assert "hint: name a new folder" in ended.err
    assert [p.name for p in tmp_path.iterdir()] == [entry]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "new").write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        start_benchmark(tmp_path / "new", OWN)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="is a file"):
        start_benchmark(tmp_path / "link", OWN)
    assert (tmp_path / "new").read_text() == "mine"


def test_an_empty_folder_and_one_with_a_repository_are_filled(tmp_path, monkeypatch, run_cli):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    ended = run_cli("init", ".")
    assert ended.code == 0
    assert ended.out.endswith("next: harness run configs/baseline.yaml\n")
    entries = {".git", ".gitignore", "README.md", "annotations", "configs", "lexicon.yaml", "seeds"}
    assert {p.name for p in tmp_path.iterdir()} == entries


def test_a_disk_that_is_full_leaves_nothing_behind(tmp_path, monkeypatch):
    """The ninth file cannot be written: neither the folder nor the one above it, both new, stay."""
    from harness.starter import benchmark

    left = iter(range(8))

    def full(path, text, **how):
        if next(left, None) is None:
            raise RunError("cannot write: No space left on device", place=path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr(benchmark, "write_text", full)
    with pytest.raises(RunError):
        start_benchmark(tmp_path / "above" / "new", OWN)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_nobody_may_write_is_an_error_with_exit_code_1(tmp_path, run_cli):
    tmp_path.chmod(0o500)
    assert run_cli("init", tmp_path / "new").code == 1


def commands_of(folder):
    """Return the commands of the README of a new benchmark, and its Python as one more."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    found = [(block.start(), block["command"]) for block in blocks(text)]
    for block in re.finditer(r"^```python\n(.*?)^```\n", text, re.MULTILINE | re.DOTALL):
        found.append((block.start(), f"{sys.executable} - <<'END'\n{block[1]}END\n"))
    return [command for _, command in sorted(found)]


def failures(commands, folder):
    """Return those of the commands that failed, with what they printed."""
    printed = zip(commands, run(commands, folder), strict=True)
    return ["\n".join([command, *p.lines]) for command, p in printed if p.failed != ()]


def test_every_command_of_the_readme_that_is_made_works(tmp_path, run_cli):
    folder = tmp_path / "моё исследование"
    assert run_cli("init", folder).code == 0
    commands = commands_of(folder)
    assert len(commands) == 5, "run, power, Python, agree, add"
    assert failures(commands, folder) == []


def test_the_first_commands_work_with_a_label_that_no_statement_has(tmp_path, run_cli):
    folder = tmp_path / "four labels"
    assert run_cli("init", folder, "--labels", "pro,contra,unclear,ironic").code == 0
    assert failures(commands_of(folder)[:1], folder) == []


def test_the_page_that_the_readme_tells_of_opens(tmp_path, run_cli):
    pytest.importorskip("uvicorn")
    assert run_cli("init", tmp_path / "new").code == 0
    text = (tmp_path / "new" / "README.md").read_text(encoding="utf-8")
    [command] = re.findall(r"^harness (annotate serve .*)$", text, re.MULTILINE)
    page = subprocess.Popen(
        [sys.executable, "-u", "-m", "harness", *command.split(), "--no-browser"],
        cwd=tmp_path / "new",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert page.stdout is not None
        assert "http://127.0.0.1:" in page.stdout.readline()
    finally:
        page.terminate()
        page.communicate(timeout=30)


def test_every_file_of_the_example_is_in_the_distribution(project):
    """The pattern of the package data takes all of them in, those without an ending as well."""
    glob = pytest.importorskip("setuptools.glob").glob  # what setuptools reads the patterns with
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["harness"]
    top = project / "harness"
    packed = {path for pattern in patterns for path in glob(str(top / pattern), recursive=True)}
    wanted = {str(p) for p in SHIPPED.rglob("*") if p.is_file()}
    assert wanted
    assert wanted <= packed
