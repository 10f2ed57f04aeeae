"""`harness check` on a corpus: each planted fault is named with file, line and code, all of them at once."""

import shutil

import pytest

from harness.checks import CODES, check_corpus, load_corpus
from harness.errors import ProblemsError

BOM = b"\xef\xbb\xbf"


def found(corpus):
    """Return (file:line, code) of every problem."""
    problems = check_corpus(corpus.root)
    assert all(p.code in CODES for p in problems)
    return [(str(p.place).removeprefix(f"{corpus.root}/"), p.code) for p in problems]


def test_the_project_has_no_problems(project):
    assert check_corpus(project) == []


def test_the_small_corpus_has_no_problems(small_corpus):
    assert check_corpus(small_corpus.root) == []


def shifted(rows, line):
    span = rows[line - 1]["content"][0]
    return [{**span, "start": span["start"] + 1, "end": span["end"] + 1}]


GOLD, OWN = "annotations/gold/alpha.jsonl", "annotations/annotators/anna/alpha.jsonl"
WHO = ("annotators/anna", "annotators/bruno", "gold")
HEDGED = (
    ("annotators/anna", "alpha", 4),
    ("annotators/anna", "beta", 3),
    ("annotators/anna", "gamma", 3),
    ("annotators/bruno", "alpha", 4),
    ("annotators/bruno", "beta", 3),
    *(("gold", a, i) for a, i in (("alpha", 4), ("beta", 3), ("gamma", 3))),
)
LIST, SCHEME, BOOK = "seeds/articles.yaml", "annotations/scheme.yaml", "annotations/codebook.md"

# Each row: what is done to the corpus; every problem that it must give, and no other.
# Line 2 of a file of alpha's statements is by Vale, supportive; anna's line 4 by Ruiz, hedged.
FAULTS = {
    "bad slice": (
        lambda c: c.edit(c.own(), 2, content=shifted(c.rows(c.own()), 2)),
        [(f"{OWN}:2", "bad-slice")],
    ),
    "slice of another case": (
        lambda c: c.replace(c.own(), '"text": "condemned"', '"text": "Condemned"'),
        [(f"{OWN}:2", "bad-slice")],
    ),
    "slice past the end": (
        lambda c: c.edit(c.own(), 2, cue=[{"start": 900, "end": 999, "text": "x"}]),
        [(f"{OWN}:2", "bad-slice")],
    ),
    "empty slice": (
        lambda c: c.edit(c.own(), 2, source=[{"start": 3, "end": 3, "text": ""}]),
        [(f"{OWN}:2", "bad-slice")],
    ),
    "wrong sha256": (
        lambda c: c.replace(c.text(), "tenth", "fifth"),
        [
            (f"{LIST}:8", "sha256"),
            *((f"annotations/annotators/{who}/alpha.jsonl:3", "bad-slice") for who in ("anna", "bruno")),
            (f"{GOLD}:3", "bad-slice"),
        ],
    ),
    "unknown label": (
        lambda c: c.edit(c.own("bruno", "gamma"), 3, stance="neutrl"),
        [
            ("annotations/annotators/bruno/gamma.jsonl:3", "unknown-label"),
            ("annotations/gold/gamma.jsonl:3", "decision"),
        ],
    ),
    "unknown vote": (
        lambda c: c.edit(c.gold(), 2, votes={"anna": "supportive", "bruno": "pro"}),
        [(f"{GOLD}:2", "decision"), (f"{GOLD}:2", "decision"), (f"{GOLD}:2", "unknown-label")],
    ),
    "duplicate id": (
        lambda c: c.edit(c.gold("beta"), 1, id="alpha-1"),
        [("annotations/gold/beta.jsonl:1", "duplicate-id")],
    ),
    "dangling article": (
        lambda c: c.edit(c.gold(), 1, article="alhpa"),
        [(f"{GOLD}:1", "dangling-id"), (f"{GOLD}:1", "wrong-file")],
    ),
    "dangling derivation": (
        lambda c: c.edit(c.gold(), 1, derived_from=["anna-alpha-1", "bruno-alpha-1", "carla-alpha-1"]),
        [(f"{GOLD}:1", "dangling-id")],
    ),
    "vote of nobody": (
        lambda c: c.edit(
            c.gold(), 1, votes={"anna": "supportive", "bruno": "supportive", "carla": "supportive"}
        ),
        [(f"{GOLD}:1", "dangling-id")],
    ),
    "overlapping spans": (
        lambda c: c.edit(c.own(), 3, content=c.rows(c.own())[1]["content"]),
        [(f"{OWN}:3", "overlap")],
    ),
    "missing content": (lambda c: c.edit(c.own(), 2, content=[]), [(f"{OWN}:2", "missing-content")]),
    "group of two sources": (
        lambda c: c.edit(c.gold("beta"), 1, speaker="Vale"),
        [("annotations/gold/beta.jsonl:1", "group-source")],
    ),
    "CR in an article": (
        lambda c: c.replace(c.text("beta"), ".\n", ".\r\n"),
        [
            (f"{LIST}:17", "sha256"),
            ("seeds/beta.txt:3", "carriage-return"),
        ],
    ),
    "CR in a file of statements": (
        lambda c: c.replace(c.gold(), b"}\n{", b"}\r\n{"),
        [(f"{GOLD}:1", "carriage-return")],
    ),
    "CR in the codebook": (
        lambda c: c.codebook.write_bytes(b"Version 2.\r\n"),
        [(f"{BOOK}:1", "carriage-return")],
    ),
    "BOM in a file of statements": (
        lambda c: c.gold().write_bytes(BOM + c.gold().read_bytes()),
        [(f"{GOLD}:1", "bom")],
    ),
    "BOM in the scheme": (
        lambda c: c.scheme.write_bytes(BOM + c.scheme.read_bytes()),
        [(f"{SCHEME}:1", "bom")],
    ),
    "not UTF-8 article": (
        lambda c: c.replace(c.text("gamma"), "é", b"\xe9"),
        [(f"{LIST}:26", "sha256"), ("seeds/gamma.txt:1", "not-utf8")],
    ),
    "not UTF-8 statements": (
        lambda c: c.replace(c.gold(), b'"via"', b'"vi\xff"'),
        [(f"{GOLD}:1", "not-utf8")],
    ),
    "not UTF-8 scheme": (lambda c: c.replace(c.scheme, "sides", b"s\xefdes"), [(f"{SCHEME}:5", "not-utf8")]),
    "not UTF-8 codebook": (lambda c: c.replace(c.codebook, "Read", b"R\xe9ad"), [(f"{BOOK}:3", "not-utf8")]),
    "unknown field": (lambda c: c.edit(c.own(), 4, stanse="x"), [(f"{OWN}:4", "unknown-field")]),
    "missing field": (lambda c: c.edit(c.gold(), 4, votes=...), [(f"{GOLD}:4", "missing-field")]),
    "wrong type": (lambda c: c.edit(c.gold(), 4, confidence="3"), [(f"{GOLD}:4", "bad-value")]),
    "out of range": (lambda c: c.edit(c.gold(), 4, confidence=4), [(f"{GOLD}:4", "bad-value")]),
    "source of no kind": (lambda c: c.edit(c.gold(), 4, source_kind="cat"), [(f"{GOLD}:4", "bad-value")]),
    "unknown span field": (
        lambda c: c.edit(c.gold(), 4, cue=[{"start": 1, "end": 2, "text": "x", "to": 3}]),
        [(f"{GOLD}:4", "unknown-field")],
    ),
    "codebook version of the book": (
        lambda c: c.replace(c.codebook, "Version 2", "Version 3"),
        [(f"{BOOK}:3", "codebook-version")],
    ),
    "codebook without version": (
        lambda c: c.replace(c.codebook, "Version 2", "Vision 2"),
        [(f"{BOOK}:1", "codebook-version")],
    ),
    "no codebook": (lambda c: c.codebook.unlink(), [(BOOK, "unreadable")]),
    "codebook version of a statement": (
        lambda c: c.edit(c.own(), 1, codebook_version=1),
        [(f"{OWN}:1", "codebook-version")],
    ),
    "duplicate YAML key": (
        lambda c: c.replace(c.scheme, "labels:", "target: x\nlabels:"),
        [(f"{SCHEME}:3", "duplicate-key")],
    ),
    "duplicate label": (
        lambda c: c.replace(c.scheme, "name: hedged", "name: neutral"),
        [
            *((f"annotations/{who}/{a}.jsonl:{i}", "unknown-label") for who, a, i in HEDGED),
            ("annotations/gold/alpha.jsonl:4", "unknown-label"),
            ("annotations/gold/alpha.jsonl:4", "unknown-label"),
            ("annotations/gold/beta.jsonl:3", "unknown-label"),
            ("annotations/gold/beta.jsonl:3", "unknown-label"),
            ("annotations/gold/gamma.jsonl:3", "unknown-label"),
            (f"{SCHEME}:8", "duplicate-label"),
        ],
    ),
    "unknown key in the scheme": (
        lambda c: c.replace(c.scheme, "target:", "goal: x\ntarget:"),
        [(f"{SCHEME}:1", "unknown-field")],
    ),
    "order with a slip, a double and a gap": (
        lambda c: c.replace(c.scheme, "labels:", "order: [suportive, neutral, neutral]\nlabels:"),
        [
            (f"{SCHEME}:3", "unknown-label"),
            (f"{SCHEME}:3", "duplicate-label"),
            (f"{SCHEME}:3", "missing-label"),
        ],
    ),
    "distances that contradict, lie apart from themselves, and lack a pair": (
        lambda c: c.replace(
            c.scheme,
            "labels:",
            "distances:\n  supportive:\n    supportive: 1\n    neutral: 1\n"
            "  neutral: {supportive: 2, hegded: 1}\nlabels:",
        ),
        [
            (f"{SCHEME}:3", "missing-label"),
            (f"{SCHEME}:3", "missing-label"),
            (f"{SCHEME}:5", "bad-value"),
            (f"{SCHEME}:7", "bad-value"),
            (f"{SCHEME}:7", "unknown-label"),
        ],
    ),
    "a negative distance": (
        lambda c: c.replace(c.scheme, "labels:", "distances:\n  neutral: {hedged: -1}\nlabels:"),
        [(f"{SCHEME}:4", "bad-value")],
    ),
    "order and distances": (
        lambda c: c.replace(
            c.scheme,
            "labels:",
            "order: [hedged, neutral, supportive]\n"
            "distances: {hedged: {neutral: 1, supportive: 2}, neutral: {supportive: 1}}\nlabels:",
        ),
        [(f"{SCHEME}:4", "bad-value")],
    ),
    "an order of nothing": (
        lambda c: c.replace(c.scheme, "labels:", "order:\nlabels:"),
        [(f"{SCHEME}:3", "bad-value")],
    ),
    "scheme is not YAML": (
        lambda c: c.replace(c.scheme, "labels:", "labels: ["),
        [(f"{SCHEME}:4", "unreadable")],
    ),
    "no scheme": (lambda c: c.scheme.unlink(), [(SCHEME, "unreadable")]),
    "wrong annotator": (lambda c: c.edit(c.own(), 1, annotator="bruno"), [(f"{OWN}:1", "annotator")]),
    "annotator called gold": (
        lambda c: shutil.copytree(c.gold().parent, c.own().parents[1] / "gold"),
        [("annotations/annotators/gold", "annotator")],
    ),
    "bad vote": (
        lambda c: c.edit(c.gold(), 1, votes={"anna": "supportive", "bruno": "neutral"}),
        [(f"{GOLD}:1", "decision"), (f"{GOLD}:1", "decision")],
    ),
    "forgotten vote": (
        lambda c: c.edit(c.gold(), 1, votes={"anna": "supportive"}),
        [(f"{GOLD}:1", "decision")],
    ),
    "unanimous against both": (lambda c: c.edit(c.gold(), 1, stance="hedged"), [(f"{GOLD}:1", "decision")]),
    "adjudicated without a reason": (
        lambda c: c.edit(c.gold("gamma"), 3, reason=" "),
        [("annotations/gold/gamma.jsonl:3", "decision")],
    ),
    "neither stance nor exclusion": (
        lambda c: c.edit(c.own(), 1, stance=None),
        [(f"{OWN}:1", "stance-exclusion"), (f"{GOLD}:1", "decision")],
    ),
    "both stance and exclusion": (
        lambda c: c.edit(c.own(), 1, exclusion="opposed"),
        [(f"{OWN}:1", "stance-exclusion")],
    ),
    "not JSON": (lambda c: c.replace(c.gold(), b"}\n{", b"}\n{,"), [(f"{GOLD}:2", "not-json")]),
    "a list for an object": (
        lambda c: c.gold().write_bytes(b"[1]\n" + c.gold().read_bytes()),
        [(f"{GOLD}:1", "not-json")],
    ),
    "duplicate JSON key": (
        lambda c: c.replace(c.gold(), b'{"id"', b'{"id": "x", "id"'),
        [(f"{GOLD}:1", "not-json")],
    ),
    "missing article": (lambda c: c.text("gamma").unlink(), [(f"{LIST}:20", "missing-article")]),
    "unlisted article": (
        lambda c: c.text("delta").write_text("x\n", encoding="utf-8"),
        [("seeds/delta.txt", "unlisted-article")],
    ),
    "article listed twice": (
        lambda c: c.replace(
            c.articles,
            "articles:\n",
            c.articles.read_bytes()[: c.articles.read_bytes().index(b"  - id: beta")],
        ),
        [(f"{LIST}:11", "duplicate-id")],
    ),
    "article list with a bad date": (
        lambda c: c.replace(c.articles, "date: 2022-09", "date: September"),
        [(f"{LIST}:5", "bad-value")],
    ),
    "no article list": (lambda c: c.articles.unlink(), [(LIST, "unreadable")]),
    "emptied gold": (lambda c: c.gold().write_text("", encoding="utf-8"), [(GOLD, "gold-missing")]),
    "statements in another article's file": (
        lambda c: c.gold().rename(c.gold("alpha2")),
        [(f"annotations/gold/alpha2.jsonl:{i}", "wrong-file") for i in (1, 2, 3, 4)],
    ),
    "a folder for a file": (
        lambda c: c.gold("delta").mkdir(),
        [("annotations/gold/delta.jsonl", "unreadable")],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_named_with_file_line_and_code_and_nothing_else_is(small_corpus, run_cli, name):
    plant, expected = FAULTS[name]
    plant(small_corpus)
    assert sorted(found(small_corpus)) == sorted(expected)
    ended = run_cli("check", small_corpus.root)
    assert ended.code == 1
    assert ended.err == ""
    for place, code in expected:
        assert f"{small_corpus.root}/{place}: {code}: " in ended.out
    n = len(expected)
    assert ended.out.splitlines()[-1] == f"{small_corpus.root}: {n} problem{'s' * (n > 1)}"


def test_several_faults_are_all_printed_in_the_order_of_files_and_lines(small_corpus, run_cli):
    c = small_corpus
    c.edit(c.own(), 1, annotator="bruno")
    c.edit(c.own(), 3, stanse="x")
    c.edit(c.gold(), 2, confidence=9)
    c.replace(c.scheme, "target:", "goal: x\ntarget:")
    c.replace(c.codebook, "Version 2", "Version 3")
    c.text("gamma").unlink()
    printed = run_cli("check", c.root).out
    shown = [line.split(": ")[:2] for line in printed.splitlines() if line.startswith(f"{c.root}/")]
    # An unreadable scheme leaves nothing to compare labels and codebook with.
    assert [(place.removeprefix(f"{c.root}/"), code) for place, code in shown] == [
        ("annotations/scheme.yaml:1", "unknown-field"),
        ("seeds/articles.yaml:20", "missing-article"),
    ]
    c.replace(c.scheme, "goal: x\n", "")
    assert found(c) == [
        (f"{OWN}:1", "annotator"),
        (f"{OWN}:3", "unknown-field"),
        ("annotations/codebook.md:3", "codebook-version"),
        (f"{GOLD}:2", "bad-value"),
        ("seeds/articles.yaml:20", "missing-article"),
    ]


def test_an_overlap_is_found_behind_a_shorter_statement_in_between(small_corpus):
    """Spans 0-30, 5-8 and 20-25: the third overlaps the first, though not its neighbour."""
    c = small_corpus
    text = c.text().read_text(encoding="utf-8")
    for line, (a, b) in enumerate(((0, 30), (5, 8), (20, 25)), 1):
        c.edit(c.own(), line, content=[{"start": a, "end": b, "text": text[a:b]}])
    assert [(p.place.line, p.message) for p in check_corpus(c.root)] == [
        (2, "content of 'anna-alpha-2' overlaps that of 'anna-alpha-1' at offset 5"),
        (3, "content of 'anna-alpha-3' overlaps that of 'anna-alpha-1' at offset 20"),
    ]


def test_offsets_count_characters_so_that_an_emoji_is_one(small_corpus):
    """ "Café talk 🙂" is 11 characters; in UTF-16 it would be 12, in UTF-8 bytes 15."""
    text = small_corpus.text("gamma").read_text(encoding="utf-8")
    assert text[10] == "🙂"
    small_corpus.edit(small_corpus.own("anna", "gamma"), 1, cue=[{"start": 10, "end": 11, "text": "🙂"}])
    assert found(small_corpus) == []


def test_a_group_goes_by_the_source_where_no_speaker_is_known(small_corpus):
    c = small_corpus
    c.edit(c.gold("beta"), 4, group="delegations")
    [problem] = check_corpus(c.root)
    assert (
        problem.message == "group 'delegations': 'gamma-2' is by 'the institute', 'beta-4' by 'a spokeswoman'"
    )


def test_loading_a_corpus_with_problems_raises_all_of_them(small_corpus):
    c = small_corpus
    c.edit(c.own(), 1, annotator="bruno")
    c.edit(c.own(), 2, content=[])
    with pytest.raises(ProblemsError) as error:
        load_corpus(c.root)
    assert [p.code for p in error.value.problems] == ["annotator", "missing-content"]


def test_a_fault_planted_in_a_copy_of_the_project_is_found(project, tmp_path, run_cli):
    for part in ("seeds", "annotations"):
        shutil.copytree(project / part, tmp_path / part)
    path = sorted((tmp_path / "annotations" / "gold").glob("*.jsonl"))[0]
    path.write_text(path.read_text(encoding="utf-8").replace('"neutral"', '"neutal"', 1), encoding="utf-8")
    ended = run_cli("check", tmp_path)
    assert ended.code == 1
    assert f"{path}:" in ended.out
    assert "'neutal' is not in scheme.yaml" in ended.out
    assert "hint: did you mean 'neutral'?" in ended.out


def test_spans_that_touch_do_not_overlap(small_corpus):
    c = small_corpus
    text = c.text().read_text(encoding="utf-8")
    for line, (a, b) in enumerate(((0, 5), (5, 8)), 1):
        c.edit(c.own(), line, content=[{"start": a, "end": b, "text": text[a:b]}])
    assert found(c) == []


SAID = {
    "no codebook": (lambda c: c.codebook.unlink(), "", "every corpus keeps its own codebook"),
    "a codebook without its line": (
        lambda c: c.replace(c.codebook, "Version 2", "Edition 2"),
        "the codebook has no line 'Version N…', scheme.yaml says 2",
        "a codebook has one line such as 'Version 2', and scheme.yaml the same number",
    ),
    "an unknown stance": (
        lambda c: c.edit(c.own("anna", "beta"), 4, stance="neutrall"),
        "'anna-beta-4': stance 'neutrall' is not in scheme.yaml",
        "did you mean 'neutral'?",
    ),
    "a slice of other words": (
        lambda c: c.edit(c.own(), 1, cue=[{"start": 0, "end": 3, "text": "And"}]),
        "'anna-alpha-1': cue span 0-3 is 'The' in the article, not 'And'",
        "offsets count Unicode code points of the stored file, end exclusive",
    ),
    "no content": (
        lambda c: c.edit(c.own(), 1, content=[]),
        "'anna-alpha-1' has no content span",
        "a statement attributes something",
    ),
    "another annotator": (
        lambda c: c.edit(c.own(), 1, annotator="bruno"),
        "'anna-alpha-1' names annotator 'bruno' in the folder of 'anna'",
        "mend the name, or move the file",
    ),
    "a vote that nobody gave": (
        lambda c: c.edit(c.gold(), 1, votes={"anna": "supportive"}),
        "'alpha-1' is derived from bruno's statement but has no vote of bruno",
        "decide the case again: harness annotate adjudicate",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_a_problem_says_what_is_wrong_and_what_mends_it(small_corpus, name):
    plant, message, hint = SAID[name]
    plant(small_corpus)
    said = [(p.message, p.hint) for p in check_corpus(small_corpus.root)]
    assert any(message in m and h == hint for m, h in said), said
