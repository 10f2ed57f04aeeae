"""Where an export may go: a new folder, an empty one, or over an earlier export with --replace."""

import json

import pytest

from harness.export.formats import FORMATS


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_an_unknown_format_names_the_known_ones(run_cli, config, tmp_path):
    done = run_cli("export", config, "--to", "cvs", tmp_path / "x")
    assert (done.code, "did you mean 'csv'?" in done.err) == (2, True)
    assert not (tmp_path / "x").exists()


def test_a_folder_with_something_in_it_is_refused_and_left_alone(run_cli, config, tmp_path):
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    for more in ((), ("--replace",)):
        done = run_cli("export", config, "--to", "csv", folder, *more)
        assert (done.code, "is not empty" in done.err) == (2, True)
        assert names(folder) == ["notes.txt"]


def test_an_empty_folder_is_filled(run_cli, config, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run_cli("export", config, "--to", "csv", tmp_path / "empty").code == 0
    assert names(tmp_path / "empty") == ["export.json", "folds.csv", "statements.csv"]


def test_replace_takes_the_earlier_files_away_and_keeps_what_others_put_there(run_cli, config, tmp_path):
    folder = tmp_path / "out"
    assert run_cli("export", config, "--to", "csv", folder).code == 0
    (folder / "logs").mkdir()
    (folder / "logs" / "a.txt").write_text("mine", encoding="utf-8")
    assert run_cli("export", config, "--to", "jsonl", folder).code == 2
    assert run_cli("export", config, "--to", "jsonl", folder, "--replace").code == 0
    assert names(folder) == ["export.json", "folds.jsonl", "logs/a.txt", "statements.jsonl"]


def test_replace_leaves_no_empty_folder_of_the_earlier_export(run_cli, config, tmp_path):
    folder = tmp_path / "out"
    assert run_cli("export", config, "--to", "hf", folder).code == 0
    assert (folder / "data" / "train.parquet").exists()
    assert run_cli("export", config, "--to", "csv", folder, "--replace").code == 0
    assert sorted(p.name for p in folder.iterdir()) == ["export.json", "folds.csv", "statements.csv"]


@pytest.mark.parametrize("listed", ["../kept.txt", "/etc/hostname", 3])
def test_a_list_of_files_outside_the_folder_is_refused(run_cli, config, tmp_path, listed):
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    text = json.dumps({"schema": 1, "files": [listed]})
    (folder / "export.json").write_text(text, encoding="utf-8")
    done = run_cli("export", config, "--to", "csv", folder, "--replace")
    assert (done.code, "which is no file of the folder" in done.err) == (2, True)
    assert (tmp_path / "kept.txt").exists()


def test_a_configuration_with_problems_leaves_no_folder_behind(run_cli, small_corpus, tmp_path):
    small_corpus.edit(small_corpus.gold(), 1, stance="friendly")
    done = run_cli("export", small_corpus.config(), "--to", "csv", tmp_path / "out")
    assert (done.code, "friendly" in done.err) == (2, True)
    assert not any(p.name.startswith((".out", "out")) for p in tmp_path.iterdir())


@pytest.mark.parametrize("form", FORMATS)
def test_no_file_names_a_path_of_this_machine(exported, small_corpus, form):
    folder = exported(form)
    for path in folder.rglob("*"):
        assert path.is_dir() or str(small_corpus.root.parent).encode() not in path.read_bytes()


@pytest.mark.parametrize("form", FORMATS)
def test_export_json_lists_every_other_file_with_its_digest(exported, form):
    import hashlib

    folder = exported(form)
    said = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    digests = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names(folder)}
    digests.pop("export.json")
    assert said["files"] == digests
    assert (said["format"], said["labels"]) == (form, ["supportive", "neutral", "hedged"])
