"""Folders of statements: what their parts are, and that each is labelled as it would be alone."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.errors import InputError, ProblemsError
from harness.labelling.job import Job, label
from harness.labelling.parts import has_parts, parts_in
from harness.labelling.parts_job import PartsJob, label_parts
from harness.labelling.run_model import run_model
from tests.labelling.conftest import rows_of, write_jsonl


def table(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.fixture
def folder(tmp_path):
    """Five parts of 18 statements each, one of them deeper, and files that are none."""
    top = tmp_path / "statements"
    for i in range(4):
        table(top / f"part-{i}.parquet", rows_of())
    table(top / "more" / "part-0.parquet", rows_of())
    for name in ("_SUCCESS", ".hidden.parquet", "notes.txt", "_metadata.parquet"):
        (top / name).write_text("no statements", encoding="utf-8")
    return top


def labelled(finished, source, out, model="svm", **how):
    """Label parts; return what was done, and the bytes of the labels by their names."""
    said = []
    done = label_parts(run_model(finished.folder, model), PartsJob(str(source), out, **how), say=said.append)
    return done, files(out), said


def files(out):
    found = (p for p in out.rglob("*") if p.is_file() and ".labelled" not in p.parts)
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in found}


def one_by_one(finished, folder, scratch, model="svm", **how):
    """Label each part by itself, as one file."""
    out = {}
    for path in sorted(folder.rglob("part-*.parquet")):
        name = path.relative_to(folder)
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        label(run_model(finished.folder, model), Job(str(path), scratch / name, **how))
        out[name.as_posix()] = (scratch / name).read_bytes()
    return out


@pytest.mark.parametrize("model", ["svm", "random", "cued"])
def test_each_part_has_the_bytes_that_it_would_have_alone(finished, folder, tmp_path, model):
    wanted = one_by_one(finished, folder, tmp_path / "alone", model, batch=5)
    done, found, _ = labelled(finished, folder, tmp_path / "out", model, batch=5)
    assert found == wanted
    assert len(found) == 5
    assert (done.rows, done.earlier, done.unlabelled) == (90, 0, 0)


def test_several_processes_give_the_same_bytes(finished, folder, tmp_path):
    _, one, _ = labelled(finished, folder, tmp_path / "one", jobs=1)
    _, two, _ = labelled(finished, folder, tmp_path / "two", jobs=2)
    assert one == two


def test_finished_parts_are_not_labelled_again_and_changed_ones_are(finished, folder, tmp_path):
    out = tmp_path / "out"
    _, first, _ = labelled(finished, folder, out)
    done, again, _ = labelled(finished, folder, out)
    assert (done.rows, done.earlier) == (90, 90)
    assert again == first
    table(folder / "part-1.parquet", rows_of(["all sides should talk"]))  # other statements
    (out / "part-2.parquet").write_bytes(b"spoilt")  # other labels
    (out / "part-3.parquet").unlink()
    done, again, _ = labelled(finished, folder, out)
    assert (done.rows, done.earlier) == (73, 36)
    assert again == first | {"part-1.parquet": again["part-1.parquet"]}
    assert again["part-1.parquet"] != first["part-1.parquet"]
    assert labelled(finished, folder, out, fresh=True)[0].earlier == 0
    assert labelled(finished, folder, out, batch=7)[0].earlier == 0
    assert labelled(finished, folder, out, "random", batch=7)[0].earlier == 0


def test_a_part_that_was_under_way_goes_on(finished, folder, tmp_path):
    wanted = one_by_one(finished, folder, tmp_path / "alone", batch=4)
    rows = rows_of()
    part, out = folder / "part-0.parquet", tmp_path / "out"
    table(part, [*rows[:8], {**rows[8], "statement": None}, *rows[9:]])  # its third batch is wrong
    with pytest.raises(ProblemsError):
        labelled(finished, folder, out, batch=4)
    assert sorted(files(out)) == sorted(
        [*(set(wanted) - {part.name}), "part-0.parquet.part", "part-0.parquet.part.json"]
    )
    table(part, rows)
    _, found, _ = labelled(finished, folder, out, batch=4)
    assert found == wanted


def test_wrong_parts_are_all_said_and_the_others_are_labelled(finished, folder, tmp_path):
    table(folder / "part-1.parquet", [{"id": "a", "text": None}, {"id": "b", "text": "x"}])
    table(folder / "part-2.parquet", [{"id": "a", "words": "x"}])
    (folder / "part-3.parquet").write_text("no table", encoding="utf-8")
    with pytest.raises(ProblemsError) as caught:
        labelled(finished, folder, tmp_path / "out")
    said = [(p.place.path.rpartition("/")[2], p.code) for p in caught.value.problems]
    assert said == [
        ("part-1.parquet", "bad-value"),
        ("part-2.parquet", "missing-field"),
        ("part-3.parquet", "bad-part"),
    ]
    assert sorted(name for name in files(tmp_path / "out") if not name.endswith((".part", ".json"))) == [
        "more/part-0.parquet",
        "part-0.parquet",
    ]


def test_a_pattern_stands_for_parts_below_its_fixed_folders(folder, tmp_path):
    def names(pattern):
        return [p.out.relative_to(tmp_path / "out").as_posix() for p in parts_in(pattern, tmp_path / "out")]

    assert names(f"{folder}/part-[12].parquet") == ["part-1.parquet", "part-2.parquet"]
    assert names(f"{folder}/*/part-*.parquet") == ["more/part-0.parquet"]
    assert len(names(f"{folder}/**/*.parquet")) == len(names(str(folder))) == 5


def test_labels_are_written_as_their_statements_are_or_as_is_asked(tmp_path):
    top = tmp_path / "statements"
    top.mkdir()
    for name in ("a.jsonl", "b.ndjson", "c.csv", "d.tsv", "e.parquet"):
        (top / name).touch()
    own = [p.out.name for p in parts_in(str(top), tmp_path / "out")]
    assert own == ["a.jsonl", "b.jsonl", "c.csv", "d.csv", "e.parquet"]
    assert {p.out.suffix for p in parts_in(str(top), tmp_path / "out", "csv")} == {".csv"}
    (top / "a.ndjson").touch()
    with pytest.raises(ProblemsError) as caught:
        parts_in(str(top), tmp_path / "out")
    assert "its labels and those of a.jsonl would both be a.jsonl" in caught.value.render()


def test_folders_that_cannot_be_used_are_refused(folder, tmp_path):
    out = tmp_path / "out"
    with pytest.raises(InputError, match="holds no files of statements"):
        parts_in(str(folder / "none-*.parquet"), out)
    with pytest.raises(InputError, match="is a file, and the labels of parts need a folder"):
        parts_in(str(folder), tmp_path / "out.parquet")
    for inside in (folder, folder / "more", tmp_path):
        with pytest.raises(InputError, match="the labels would lie among the statements"):
            parts_in(str(folder), inside)
    with pytest.raises(InputError, match="unknown format 'parket'") as caught:
        parts_in(str(folder), out, "parket")
    assert caught.value.hint == "did you mean 'parquet'?"


def test_one_file_is_no_parts_even_if_its_name_has_a_bracket(folder, tmp_path):
    odd = write_jsonl(tmp_path / "new[1].jsonl", rows_of())
    assert [has_parts(str(p)) for p in (folder, odd, folder / "*.parquet")] == [True, False, True]
    assert not has_parts("-")


def test_the_command_takes_folders_and_says_what_is_for_parts_alone(
    finished, folder, statements, tmp_path, run_cli
):
    out = tmp_path / "out"
    ended = run_cli("predict", finished.folder, folder, "--model", "svm", "--out", out, "--format", "jsonl")
    assert (ended.code, ended.out) == (0, "")
    assert "90 statements in " in ended.err
    assert sorted(files(out))[0] == "more/part-0.jsonl"
    for wrong in ((statements, "--format", "csv"), (folder,), (statements, "--executor", "dask")):
        ended = run_cli("predict", finished.folder, *wrong, "--model", "svm")
        assert ended.code == 2
        assert "are for parts" in ended.err
