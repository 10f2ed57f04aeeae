"""Export and import through the command line: everything is written, or nothing and every problem named."""

import pytest

from harness.annotate.exchange.formats import FORMATS

FILES = {
    "label-studio": "tasks.json",
    "brat": "*.ann",
    "doccano": "dataset.jsonl",
    "cas": "*.xmi",
    "csv": "*.csv",
}


def exported(run_cli, corpus, tmp_path, name, who="anna"):
    out = tmp_path / "out"
    ended = run_cli("annotate", "export", "--format", name, "--annotator", who, "--corpus", corpus.root, out)
    assert ended.code == 0, ended.err
    return sorted(out.glob(FILES[name])), ended


def without_anna(corpus):
    """Take anna's files and gold, which derives from them, away; return what they said."""
    before = {}
    for path in sorted((corpus.root / "annotations").rglob("*.jsonl")):
        if path.parent.name in ("anna", "gold"):
            if path.parent.name == "anna":
                before[path] = corpus.rows(path)
            path.unlink()
    return before


@pytest.mark.parametrize("name", ["label-studio", "brat", "cas", "csv"])
def test_what_was_exported_is_imported_as_it_was(name, small_corpus, run_cli, tmp_path):
    files, ended = exported(run_cli, small_corpus, tmp_path, name)
    assert f"{name} holds everything" in ended.err
    before = without_anna(small_corpus)
    root = small_corpus.root
    ended = run_cli("annotate", "import", "--format", name, "--annotator", "anna", "--corpus", root, *files)
    assert (ended.code, ended.err) == (0, "")
    assert "12 statements in 3 files" in ended.out
    assert {p: small_corpus.rows(p) for p in before} == before
    assert run_cli("annotate", "check", root).code == 0


def test_doccano_says_what_it_lost_and_what_was_filled_in(small_corpus, run_cli, tmp_path):
    files, ended = exported(run_cli, small_corpus, tmp_path, "doccano")
    assert "doccano does not hold:" in ended.err
    assert "group of 12 statements (an entity has a label and nothing else)" in ended.err
    without_anna(small_corpus)
    root = small_corpus.root
    ended = run_cli(
        "annotate", "import", "--format", "doccano", "--annotator", "anna", "--corpus", root, *files
    )
    assert ended.code == 0, ended.err
    assert "filled in, to be checked: id (12), source_name (12)" in ended.err
    assert run_cli("annotate", "check", root).code == 0


def test_gold_goes_out_and_comes_back(small_corpus, run_cli, tmp_path):
    files, _ = exported(run_cli, small_corpus, tmp_path, "csv", "gold")
    before = small_corpus.rows(small_corpus.gold())
    line = ("annotate", "import", "--format", "csv", "--annotator", "gold", "--corpus", small_corpus.root)
    assert run_cli(*line, *files).code == 2, "gold is there already"
    assert run_cli(*line, "--replace", *files).code == 0
    assert small_corpus.rows(small_corpus.gold()) == before


def test_gold_goes_out_in_doccano_and_comes_back_as_an_annotators(small_corpus, run_cli, tmp_path):
    """Spans, stance and exclusion are as they were; the rest is listed on the way out and on the way in."""
    text = small_corpus.text().read_text(encoding="utf-8")
    second = {"start": 0, "end": 3, "text": text[:3]}
    changes = {"stance": None, "exclusion": "opposed", "decision": "adjudicated", "reason": "rule 4"}
    small_corpus.edit(small_corpus.gold(), 1, **changes)
    content = small_corpus.rows(small_corpus.gold())[3]["content"]
    small_corpus.edit(small_corpus.gold(), 4, content=[*content, second], decision="adjudicated", reason="R5")
    files, ended = exported(run_cli, small_corpus, tmp_path, "doccano", "gold")
    for name in ("id", "votes", "decision", "derived_from", "group"):
        assert f"  {name} of 12 statements (an entity has a label and nothing else)" in ended.err
    assert "  reason of 3 statements" in ended.err
    root = small_corpus.root
    line = ("annotate", "import", "--format", "doccano", "--corpus", root, "--annotator")
    ended = run_cli(*line, "x", *files)
    assert (ended.code, "12 statements in 3 files" in ended.out) == (0, True), ended.err
    assert "filled in, to be checked: id (12)" in ended.err
    for article in ("alpha", "beta", "gamma"):
        gold = small_corpus.rows(small_corpus.gold(article))
        back = small_corpus.rows(small_corpus.own("x", article))
        for field in ("article", "content", "cue", "source", "stance", "exclusion"):
            assert [row[field] for row in back] == [row[field] for row in gold]
    assert run_cli("annotate", "check", root).code == 0


@pytest.mark.parametrize("name", ["doccano", "csv"])
def test_statements_without_votes_are_no_gold_and_the_message_says_what_to_do(
    name, small_corpus, run_cli, tmp_path
):
    files, _ = exported(run_cli, small_corpus, tmp_path, name, "gold" if name == "doccano" else "anna")
    before = small_corpus.gold().read_bytes()
    line = ("annotate", "import", "--format", name, "--corpus", small_corpus.root, "--annotator", "gold")
    ended = run_cli(*line, "--replace", *files)
    assert ended.code == 2
    assert "gold needs votes and decision, which are not in the file [missing-field]" in ended.err
    assert "import it as an annotator's, then decide with harness annotate adjudicate" in ended.err
    assert small_corpus.gold().read_bytes() == before


@pytest.mark.parametrize("name", ["label-studio", "brat", "cas", "csv"])
def test_gold_with_its_votes_is_no_annotators_and_the_message_says_what_to_do(
    name, small_corpus, run_cli, tmp_path
):
    files, _ = exported(run_cli, small_corpus, tmp_path, name, "gold")
    line = ("annotate", "import", "--format", name, "--corpus", small_corpus.root, "--annotator", "x")
    ended = run_cli(*line, *files)
    assert ended.code == 2
    assert "the statement is gold's: it has votes, decision" in ended.err
    assert "import it with --annotator gold, or export the annotator's own statements" in ended.err
    assert not small_corpus.own("x").exists()


def test_an_import_with_problems_names_all_of_them_and_writes_nothing(small_corpus, run_cli, tmp_path):
    files, _ = exported(run_cli, small_corpus, tmp_path, "csv")
    without_anna(small_corpus)
    text = (
        files[0]
        .read_text(encoding="utf-8")
        .replace("supportive", "suportive", 1)
        .replace(",hedged,", ",,", 1)
    )
    files[0].write_text(text, encoding="utf-8")
    root = small_corpus.root
    ended = run_cli("annotate", "import", "--format", "csv", "--annotator", "anna", "--corpus", root, *files)
    assert ended.code == 2
    assert f"{files[0]}:2: 'anna-alpha-1': stance 'suportive' is not in scheme.yaml" in ended.err
    assert f"{files[0]}:5: 'anna-alpha-4' has neither a stance nor an exclusion" in ended.err
    assert not small_corpus.own().exists()


def test_brat_problems_have_their_lines(small_corpus, run_cli, tmp_path):
    files, _ = exported(run_cli, small_corpus, tmp_path, "brat")
    without_anna(small_corpus)
    lines = files[0].read_text(encoding="utf-8").split("\n")
    lines[0] = lines[0].replace("The sanctions", "The fanctions")
    lines[1] = lines[1].replace("T2\tCue", "T2\tClue")
    files[0].write_text("\n".join(lines), encoding="utf-8")
    ended = run_cli(
        *("annotate", "import", "--format", "brat", "--annotator", "anna", "--corpus", small_corpus.root),
        *files,
    )
    assert ended.code == 2
    assert f"{files[0]}:1: T1: the text is 'The fanctions" in ended.err
    assert f"{files[0]}:2: 'T2\tClue" in ended.err
    assert not small_corpus.own(article="beta").exists()


def test_a_changed_text_is_refused(small_corpus, run_cli, tmp_path):
    files, _ = exported(run_cli, small_corpus, tmp_path, "doccano")
    without_anna(small_corpus)
    files[0].write_text(
        files[0].read_text(encoding="utf-8").replace("ended early", "ended late", 1), encoding="utf-8"
    )
    ended = run_cli(
        *("annotate", "import", "--format", "doccano", "--annotator", "anna", "--corpus", small_corpus.root),
        *files,
    )
    assert ended.code == 2
    assert "the text differs from article 'alpha' at offset 17 [sha256]" in ended.err


def test_what_an_annotator_has_is_not_overwritten_without_being_asked(small_corpus, run_cli, tmp_path):
    files, _ = exported(run_cli, small_corpus, tmp_path, "csv")
    line = ("annotate", "import", "--format", "csv", "--annotator", "anna", "--corpus", small_corpus.root)
    ended = run_cli(*line, *files)
    assert ended.code == 2
    assert "anna has statements of 'alpha' already" in ended.err
    assert run_cli(*line, "--replace", *files).code == 0


def test_another_annotators_statements_are_not_taken_over(small_corpus, run_cli, tmp_path):
    files, _ = exported(run_cli, small_corpus, tmp_path, "csv")
    ended = run_cli(
        *("annotate", "import", "--format", "csv", "--annotator", "carla", "--corpus", small_corpus.root),
        *files,
    )
    assert ended.code == 2
    assert "names annotator 'anna' in the folder of 'carla'" in ended.err
    assert not small_corpus.own("carla").exists()


@pytest.mark.parametrize("who", ["../gold", "", "a/b", ".hidden"])
def test_a_name_that_leaves_the_folder_is_no_annotator(who, small_corpus, run_cli, tmp_path):
    files, _ = exported(run_cli, small_corpus, tmp_path, "csv")
    ended = run_cli(
        *("annotate", "import", "--format", "csv", "--annotator", who, "--corpus", small_corpus.root), *files
    )
    assert ended.code == 2
    assert "is no name for an annotator" in ended.err


def test_an_unknown_format_and_annotator_have_a_hint(small_corpus, run_cli, tmp_path):
    root = small_corpus.root
    ended = run_cli("annotate", "export", "--format", "bratt", "--corpus", root, tmp_path / "o")
    assert (ended.code, "did you mean 'brat'?" in ended.err) == (2, True)
    ended = run_cli(
        "annotate", "export", "--format", "csv", "--annotator", "ana", "--corpus", root, tmp_path / "o"
    )
    assert (ended.code, "did you mean 'anna'?" in ended.err) == (2, True)


def test_an_export_overwrites_nothing(small_corpus, run_cli, tmp_path):
    exported(run_cli, small_corpus, tmp_path, "csv")
    ended = run_cli("annotate", "export", "--format", "csv", "--corpus", small_corpus.root, tmp_path / "out")
    assert (ended.code, "is there already" in ended.err) == (2, True)


def test_every_format_is_named_in_the_help(run_cli):
    assert list(FORMATS) == list(FILES)
