"""Links in a stranger's folder lead nowhere: nothing outside is read, written or deleted through them."""

import json
from contextlib import closing

import pytest

from harness.annotate.serve.session import Session
from harness.annotate.statement_files import remove_statements, write_statements
from harness.checks import check_corpus
from harness.config import load_config
from harness.errors import InputError, Place
from harness.evaluation import evaluate, rescore
from harness.export.folder import write_folder
from harness.labelling.parts import parts_in
from harness.within import outside

SECRET = "a token without an end of line"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text(SECRET, encoding="utf-8")
    return path


def replaced(path, target):
    """Put a link in the place of a file or folder, which goes elsewhere."""
    if path.exists():
        path.rename(path.with_name(f"was-{path.name}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


@pytest.mark.parametrize(
    "file",
    [
        "seeds/alpha.txt",
        "seeds/articles.yaml",
        "annotations/scheme.yaml",
        "annotations/gold/alpha.jsonl",
        "annotations/annotators/anna/alpha.jsonl",
    ],
)
def test_a_file_of_a_corpus_that_lies_elsewhere_is_not_read(small_corpus, tmp_path, file):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes((small_corpus.root / file).read_bytes())
    assert check_corpus(small_corpus.root) == []
    replaced(small_corpus.root / file, elsewhere)
    messages = [p.message for p in check_corpus(small_corpus.root)]
    assert any(f"leads out of the corpus, to {elsewhere}" in m for m in messages)


@pytest.mark.parametrize("folder", ["seeds", "annotations", "annotations/gold"])
def test_a_folder_of_a_corpus_that_lies_elsewhere_is_not_read(small_corpus, tmp_path, folder):
    inside = small_corpus.root / folder
    inside.rename(tmp_path / "elsewhere")
    inside.symlink_to(tmp_path / "elsewhere")
    assert any("leads out of the corpus" in p.message for p in check_corpus(small_corpus.root))


def test_a_link_to_the_whole_corpus_and_links_within_it_are_followed(small_corpus, tmp_path):
    text = small_corpus.text("alpha")
    text.rename(small_corpus.root / "alpha-elsewhere")
    text.symlink_to("../alpha-elsewhere")
    (tmp_path / "link").symlink_to(small_corpus.root)
    assert check_corpus(tmp_path / "link") == []


def test_a_codebook_that_lies_elsewhere_is_not_shown(small_corpus, secret):
    from harness.annotate.page.parts import codebook

    replaced(small_corpus.codebook, secret)
    with pytest.raises(InputError, match="leads out of the corpus"):
        codebook(small_corpus.root)


def test_a_journal_that_is_a_link_does_not_overwrite_what_it_leads_to(small_corpus, secret):
    """Nothing of such a file is a whole line, so the journal would begin by cutting it to nothing."""
    replaced(small_corpus.root / "annotations/.journal/carla/alpha.jsonl", secret)
    refused = pytest.raises(InputError, match="leads out of the corpus")
    with closing(Session(small_corpus.root, "carla")) as session, refused:
        session.sheet("alpha")
    assert secret.read_text(encoding="utf-8") == SECRET


def test_an_annotators_folder_that_is_a_link_is_neither_written_to_nor_deleted_from(small_corpus, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "alpha.jsonl").write_text("kept\n", encoding="utf-8")
    replaced(small_corpus.root / "annotations/annotators/carla", elsewhere)
    for act in (
        lambda: write_statements(small_corpus.root, "carla", "alpha", []),
        lambda: remove_statements(small_corpus.root, "carla", "alpha"),
    ):
        with pytest.raises(InputError, match="leads out of the corpus"):
            act()
    assert (elsewhere / "alpha.jsonl").read_text(encoding="utf-8") == "kept\n"


@pytest.mark.parametrize("name", ["config.yaml", "figures", "models"])
def test_a_run_folder_with_a_link_out_of_it_is_refused(small_corpus, tmp_path, run_cli, name):
    """The report shows the configuration's text, and figures and models are written below."""
    done = evaluate(load_config(small_corpus.config()))
    elsewhere = tmp_path / "elsewhere"
    if name == "config.yaml":
        elsewhere.write_text(SECRET, encoding="utf-8")
    else:
        elsewhere.mkdir()
    replaced(done.folder / name, elsewhere)
    for command in (("report", done.folder), ("score", done.folder), ("verify", done.folder)):
        ended = run_cli(*command)
        assert (ended.code, SECRET in ended.out + ended.err) == (2, False)
        assert f"{name}: leads out of the run's folder, to {elsewhere}" in ended.err
    assert elsewhere.is_file() or list(elsewhere.iterdir()) == []
    with pytest.raises(InputError):
        rescore(done.folder)


def test_replacing_an_export_deletes_nothing_through_a_link(tmp_path):
    elsewhere, export = tmp_path / "elsewhere", tmp_path / "export"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("x", encoding="utf-8")
    export.mkdir()
    (export / "below").symlink_to(elsewhere)
    (export / "export.json").write_text(json.dumps({"schema": 1, "files": ["below/kept"]}), encoding="utf-8")
    with pytest.raises(InputError, match="leads out of the export"):
        write_folder(export, {"export.json": b"{}"}, replace=True)
    assert (elsewhere / "kept").exists()


@pytest.fixture
def statements(tmp_path):
    """A folder with one file of statements, and beside it another with a file of that kind."""
    for name in ("mine", "theirs"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.jsonl").write_text("{}\n", encoding="utf-8")
    return tmp_path / "theirs"


def names(source, tmp_path):
    return [p.out.relative_to(tmp_path / "out").as_posix() for p in parts_in(str(source), tmp_path / "out")]


@pytest.mark.parametrize(
    ("link", "target", "pattern"),
    [
        ("b.jsonl", "a.jsonl", ""),
        ("b.jsonl", "a.jsonl", "*"),
        ("b.jsonl", "a.jsonl", "**/*"),
        ("b.jsonl", "not-there", ""),
        ("more", "", ""),
        ("more", "", "*/a.jsonl"),
        ("more", "", "**/*"),
    ],
)
def test_a_file_or_folder_of_statements_that_lies_elsewhere_is_not_labelled(
    statements, tmp_path, link, target, pattern
):
    elsewhere = tmp_path / "mine" / target
    (statements / link).symlink_to(elsewhere)
    with pytest.raises(InputError) as caught:
        parts_in(str(statements / pattern), tmp_path / "out")
    assert caught.value.message == f"leads out of the folder of statements, to {elsewhere}"
    assert caught.value.place == Place(str(statements / link))


def test_links_that_are_not_statements_or_not_asked_for_are_no_matter(statements, tmp_path):
    for name in ("notes.txt", ".b.jsonl", "_c.jsonl"):
        (statements / name).symlink_to(tmp_path / "mine" / "a.jsonl")
    (statements / "d.jsonl").symlink_to("d.jsonl")  # to itself
    assert names(statements, tmp_path) == ["a.jsonl"]
    (statements / "more").symlink_to(tmp_path / "mine")
    assert names(statements / "*", tmp_path) == ["a.jsonl"]


def test_links_within_a_folder_of_statements_are_followed_and_are_no_endless_tree(statements, tmp_path):
    """Two links to their own folder would be 2**40 folders to who follows them 40 deep."""
    (statements / "b.jsonl").symlink_to("a.jsonl")
    for name in ("x", "y"):
        (statements / name).symlink_to(".")
    assert names(statements, tmp_path) == ["a.jsonl", "b.jsonl"]
    assert names(statements / "**" / "*", tmp_path) == ["a.jsonl", "b.jsonl"]
    assert names(statements / "x*" / "*", tmp_path) == ["x/a.jsonl", "x/b.jsonl"]


def test_a_snapshot_of_a_cache_may_lead_to_the_files_of_its_repository(tmp_path):
    repository = tmp_path / "datasets--a--b"
    data = repository / "snapshots" / "1" / "data"
    data.mkdir(parents=True)
    (repository / "blobs").mkdir()
    (repository / "blobs" / "f00d").write_text("{}\n", encoding="utf-8")
    (data / "a.jsonl").symlink_to("../../../blobs/f00d")
    assert names(data.parent, tmp_path) == ["data/a.jsonl"]
    assert names(data / "*.jsonl", tmp_path) == ["a.jsonl"]
    (data / "b.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="leads out of the folder of statements"):
        parts_in(str(data), tmp_path / "out")


def test_what_does_not_exist_is_inside_where_its_path_says_so(tmp_path):
    assert outside(tmp_path / "a" / "b", tmp_path / "a") is None
    assert outside(tmp_path / "a" / ".." / "b", tmp_path / "a") == (tmp_path / "b").resolve()
    assert outside(tmp_path / "ab", tmp_path / "a") == (tmp_path / "ab").resolve()
