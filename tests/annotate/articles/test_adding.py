"""New articles: the frozen form, the list that only grows, and what is refused."""

import builtins
import io
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.annotate.articles import adding as articles_module
from harness.annotate.articles.adding import add_articles
from harness.annotate.articles.details import Details, Received, asked, id_from, read_table
from harness.annotate.articles.frozen_form import decode_as, doubts, freeze
from harness.annotate.articles.listing import extended, listed
from harness.checks import check_corpus, load_corpus
from harness.errors import HarnessError, InputError, Place, ProblemsError, RunError
from harness.yamlfile import read_value

TEXT = "A new talk\nEnvoy Ruiz said that nobody had listened to the delegates of the smaller states.\n"


def written(folder, name, data):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def add(corpus, *files, encoding=None, ask=None, **details):
    return add_articles(
        corpus.root,
        [Received(path, Details(**details), Place(str(path))) for path in files],
        encoding=encoding,
        ask=ask,
    )


def seeds(corpus):
    """Return every file of seeds/ with its bytes."""
    return {path.name: path.read_bytes() for path in (corpus.root / "seeds").iterdir()}


# the frozen form


def test_the_frozen_form_says_everything_that_it_changed(small_corpus, tmp_path):
    data = b"\xef\xbb\xbfCafe\xcc\x81\r\nsecond\rthird\r\n"
    [new] = add(small_corpus, written(tmp_path, "new.txt", data))
    assert small_corpus.text("new").read_bytes() == "Café\nsecond\nthird\n".encode()
    assert new.frozen.changes == (
        "took out the byte order mark",
        "3 line ends became LF",
        "characters composed (NFC) on line 1",
    )
    assert check_corpus(small_corpus.root) == []


def test_an_article_in_the_frozen_form_is_kept_byte_for_byte(small_corpus, tmp_path):
    text = "🙂 שלום \u00a0\tend without a line end"
    [new] = add(small_corpus, written(tmp_path, "new.txt", text))
    assert small_corpus.text("new").read_bytes() == text.encode()
    assert new.frozen.changes == ()


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_freezing_twice_is_freezing_once(text):
    try:
        once = freeze(text, Place("x"))
    except InputError:
        assert not text.removeprefix("\ufeff").strip()
        return
    if not once.text.startswith("\ufeff"):
        assert freeze(once.text, Place("x")).changes == ()
    assert unicodedata.is_normalized("NFC", once.text)
    assert "\r" not in once.text


@pytest.mark.parametrize(
    ("data", "encoding", "what", "hint"),
    [
        (b"caf\xe9", None, "not UTF-8 (byte 0xe9)", "--encoding"),
        (b"one\ntwo \xff", None, "new.txt:2", "nothing is guessed"),
        ("talk".encode("utf-16"), None, "is UTF-16", "--encoding utf-16"),
        ("talk".encode("utf-32"), None, "is UTF-32", "--encoding utf-32"),
        ("talk".encode("utf-16-le"), None, "NUL", "--encoding utf-16"),
        (b"talk", "klingon", "'klingon' is no encoding", "utf-16"),
        (b"talk", "rot13", "'rot13' is no encoding", "utf-16"),
        (b"\xff", "ascii", "not ASCII", "--encoding"),
        (b"abc", "utf-16-le", "not UTF-16-LE", "--encoding"),
        (b"", None, "has no text", ""),
        (b"\xef\xbb\xbf \n", None, "has no text", ""),
        (b"\xed\xa0\x80", None, "not UTF-8", "--encoding"),
    ],
)
def test_other_encodings_and_empty_files_are_refused(small_corpus, tmp_path, data, encoding, what, hint):
    before = seeds(small_corpus)
    with pytest.raises(InputError) as error:
        add(small_corpus, written(tmp_path, "new.txt", data), encoding=encoding)
    assert what in str(error.value.render())
    assert hint in error.value.render()
    assert seeds(small_corpus) == before


def test_an_encoding_that_is_named_is_taken(small_corpus, tmp_path):
    [new] = add(small_corpus, written(tmp_path, "new.txt", "Привет".encode("cp1251")), encoding="cp1251")
    assert small_corpus.text("new").read_text(encoding="utf-8") == "Привет"
    assert new.frozen.changes == ("cp1251 became UTF-8",)


def test_what_looks_spoilt_is_said_and_kept():
    assert decode_as("�x".encode(), "x", None) == ("�x", ())
    assert [line.split(" ", 1)[1] for line in doubts("� â€œ \x07")] == [
        "replacement character (U+FFFD): it was once decoded wrongly",
        "place that look like UTF-8 read as something else (such as 'â€')",
        "control character",
    ]
    assert doubts("Café 🙂 “so”\n\t") == []


# the list


def test_the_list_grows_at_its_end_and_keeps_every_byte(small_corpus, tmp_path):
    small_corpus.replace(small_corpus.articles, "articles:\n", "# mine\narticles:   # all of them\n")
    before = small_corpus.articles.read_bytes()
    add(
        small_corpus, written(tmp_path, "new.txt", TEXT), title='“No”: a "talk" # 1', date="2022", rights="no"
    )
    after = small_corpus.articles.read_bytes()
    assert after.startswith(before)
    found = load_corpus(small_corpus.root).articles["new"]
    assert (found.title, found.date, found.rights) == ('“No”: a "talk" # 1', "2022", "no")
    assert (found.outlet, found.language, found.machine_translated) == (None, "und", False)


@pytest.mark.parametrize("head", ["articles: []\n", "# none yet\narticles:\n", "articles: null", None])
def test_the_first_article_of_a_corpus_can_be_added(small_corpus, tmp_path, head):
    for path in (small_corpus.root / "seeds").iterdir():
        path.unlink()
    for path in small_corpus.root.rglob("*.jsonl"):
        path.unlink()
    if head is not None:
        small_corpus.articles.write_text(head, encoding="utf-8")
    add(small_corpus, written(tmp_path, "new.txt", TEXT))
    assert list(load_corpus(small_corpus.root).articles) == ["new"]


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("articles:\n- id: a\n  x: 1", True),
        ("articles:\n    - id: a\n", True),
        ("articles: [{id: a}]\n", False),
        ("articles:\n  - id: a\n...\n", False),
        ("articles:\n  - id: a\nother: 1\n", False),
    ],
)
def test_text_is_only_put_where_it_continues_the_list(tmp_path, text, works):
    path = written(tmp_path, "articles.yaml", text)
    entry = dict.fromkeys(("id", "title", "outlet", "date", "language", "sha256", "rights"), "x")
    entry |= {"provenance": "\u2028 é \x85 'q' \\ \" : #", "machine_translated": False}
    if works:
        new = extended(path, [entry])
        assert new.startswith(text)
        assert read_value(new)["articles"][-1] == entry
        assert listed(path) == read_value(new)["articles"][:-1]
    else:
        with pytest.raises(InputError, match="block style"):
            extended(path, [entry])


@pytest.mark.parametrize("text", ["articles: x\n", "articles: [\n", "- a\n"])
def test_a_list_that_is_none_is_refused(tmp_path, text):
    with pytest.raises(InputError, match=r"articles\.yaml"):
        listed(written(tmp_path, "articles.yaml", text))


# what is refused


def test_an_id_that_exists_is_refused_whatever_its_case(small_corpus, tmp_path):
    for name in ("alpha.txt", "ALPHA.txt"):
        with pytest.raises(ProblemsError, match="the id 'alpha' exists, with another text"):
            add(small_corpus, written(tmp_path, name, TEXT))


def test_a_text_that_is_there_is_refused_under_any_id(small_corpus, tmp_path):
    path = written(tmp_path, "other.txt", small_corpus.text("beta").read_bytes())
    with pytest.raises(ProblemsError, match="there already, as 'beta'"):
        add(small_corpus, path)


def test_nothing_is_added_beside_an_article_that_was_changed(small_corpus, tmp_path):
    small_corpus.replace(small_corpus.text("beta"), "Reactions", "Reaction")
    before = seeds(small_corpus)
    with pytest.raises(ProblemsError) as error:
        add(small_corpus, written(tmp_path, "new.txt", TEXT))
    assert [p.code for p in error.value.problems] == ["sha256"]
    assert seeds(small_corpus) == before


def test_several_files_are_added_all_or_none_and_every_problem_is_named(small_corpus, tmp_path):
    good = written(tmp_path, "good.txt", TEXT)
    bad = written(tmp_path, "bad.txt", b"\xff")
    before = seeds(small_corpus)
    with pytest.raises(ProblemsError) as error:
        add(small_corpus, good, bad, tmp_path / "absent.txt")
    assert [p.place.path for p in error.value.problems] == [str(tmp_path / "absent.txt"), str(bad)]
    with pytest.raises(ProblemsError, match="there already, as 'good'"):
        add(small_corpus, good, written(tmp_path, "same.txt", TEXT))
    assert seeds(small_corpus) == before
    assert [new.id for new in add(small_corpus, good, written(tmp_path, "two.txt", TEXT * 2))] == [
        "good",
        "two",
    ]
    assert check_corpus(small_corpus.root) == []


def test_a_list_that_cannot_be_written_leaves_no_text_behind(small_corpus, tmp_path, monkeypatch):
    before = seeds(small_corpus)
    real = articles_module.write_text

    def full(path, text):
        if path.name == "articles.yaml":
            raise RunError("no space")
        real(path, text)

    monkeypatch.setattr(articles_module, "write_text", full)
    with pytest.raises(HarnessError, match="no space"):
        add(small_corpus, written(tmp_path, "new.txt", TEXT))
    assert seeds(small_corpus) == before


def test_an_unlisted_text_is_listed_where_it_stands_and_not_overwritten_by_another(small_corpus, tmp_path):
    stray = written(small_corpus.root / "seeds", "stray.txt", "one\r\ntwo\r\n")
    with pytest.raises(ProblemsError, match="would be overwritten"):
        add(small_corpus, written(tmp_path, "stray.txt", TEXT))
    [new] = add(small_corpus, stray)
    assert (stray.read_bytes(), new.frozen.changes) == (b"one\ntwo\n", ("2 line ends became LF",))
    assert check_corpus(small_corpus.root) == []


@pytest.mark.parametrize(
    ("details", "what"),
    [
        ({"id": "a b"}, "cannot be an id"),
        ({"id": "../x"}, "cannot be an id"),
        ({"date": "2022-13"}, "no date"),
        ({"date": "16 September"}, "no date"),
        ({"date": "2022-02-30"}, "no date"),
        ({"language": "English"}, "no language"),
        ({"title": "two\nlines"}, "line breaks"),
        ({"rights": "half \udce9"}, "do not print"),
    ],
)
def test_details_that_cannot_be_are_refused(small_corpus, tmp_path, details, what):
    with pytest.raises(ProblemsError, match=what):
        add(small_corpus, written(tmp_path, "new.txt", TEXT), **details)


def test_an_id_is_made_of_the_file_name():
    names = ["Été à Paris.txt", "a_b-1.v2.html", "..x.txt", "会议.txt"]
    assert [id_from(articles_module.Path(n)) for n in names] == ["Ete-a-Paris", "a_b-1.v2", "x", ""]


def test_a_name_without_letters_needs_an_id(small_corpus, tmp_path):
    path = written(tmp_path, "会议.txt", TEXT)
    with pytest.raises(InputError, match="say --id"):
        add(small_corpus, path)
    assert add(small_corpus, path, id="meeting")[0].id == "meeting"


def test_a_near_duplicate_is_added_with_a_warning(small_corpus, tmp_path):
    """Ten words, of which the copy keeps nine: 7 of its 8 runs of three words are in the other one."""
    one = written(tmp_path, "one.txt", "the talks of the ten states ended late last night")
    two = written(tmp_path, "two.txt", "the talks of the ten states ended late last evening")
    first, second = add(small_corpus, one, two)
    assert first.warnings == ()
    [warning] = second.warnings
    assert warning.startswith("near-duplicate of 'one': 88%")


# from a table, from a person, from a page


def test_a_table_adds_many_and_options_fill_its_gaps(small_corpus, tmp_path):
    written(tmp_path, "texts/a.txt".replace("texts/", ""), TEXT)
    written(tmp_path, "b.txt", TEXT * 3)
    table = written(
        tmp_path,
        "new.csv",
        '\ufefffile,id,title,language,machine_translated\na.txt,first,"One, two",fr,yes\n\nb.txt,,,,\n',
    )
    made = add_articles(small_corpus.root, read_table(table, Details(language="en", outlet="The Paper")))
    found = load_corpus(small_corpus.root).articles
    assert [new.id for new in made] == ["first", "b"]
    assert (found["first"].title, found["first"].language, found["first"].machine_translated) == (
        "One, two",
        "fr",
        True,
    )
    assert (found["b"].language, found["b"].outlet, found["b"].machine_translated) == (
        "en",
        "The Paper",
        False,
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no column 'file'"),
        ("file\n", "lists no article"),
        ("title\nx\n", "no column 'file'"),
        ("file,titel\na,b\n", "did you mean 'title'"),
        ("file,file\na,b\n", "column 'file' is there twice"),
        ("file,title\na\n", "new.csv:2: 1 cells where the first line has 2"),
        ("file,machine_translated\na,perhaps\n", "new.csv:2: machine_translated: 'perhaps'"),
        ("file,title\n,x\n", "new.csv:2: no file is named"),
        ('file\n"a\n', "not CSV"),
    ],
)
def test_a_table_that_is_wrong_is_refused_by_line(tmp_path, text, what):
    with pytest.raises(ProblemsError) as error:
        read_table(written(tmp_path, "new.csv", text), Details())
    assert what in error.value.render()


def test_problems_of_a_table_name_its_line(small_corpus, tmp_path):
    written(tmp_path, "a.txt", TEXT)
    table = written(tmp_path, "new.csv", "file,date\na.txt,soon\n")
    with pytest.raises(ProblemsError, match=r"new\.csv:2: 'soon' is no date"):
        add_articles(small_corpus.root, read_table(table, Details()))


def test_a_person_is_asked_for_what_is_missing_until_it_can_be():
    answers = iter(["", "soon", "2022-09", "", "", "mine", "y"])
    questions = []

    def ask(question):
        questions.append(question.split(" ")[0].strip(",:"))
        return next(answers)

    found = asked(Details(outlet="The Paper"), ask)
    assert questions == ["title", "date", "date", "language", "provenance", "rights", "machine-translated?"]
    assert (found.title, found.date, found.rights, found.machine_translated) == (
        None,
        "2022-09",
        "mine",
        True,
    )


PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Talks resume</title>
<meta property="og:site_name" content="The Paper">
<meta property="article:published_time" content="2022-09-17T10:00:00Z"></head>
<body><nav><a href="/">Home page of the paper</a></nav><article><h1>Talks resume</h1>
<p>Minister Orlo said on Friday that the talks will resume next week in the capital, after a long pause.</p>
<p>“We are ready to listen,” he told reporters, and added that nobody should expect quick results.</p>
</article><footer>Subscribe now to our letters</footer></body></html>"""


@pytest.mark.filterwarnings("ignore")  # the extractor's own libraries
def test_the_article_of_a_web_page_is_taken_with_what_the_page_declares(small_corpus, tmp_path):
    pytest.importorskip("trafilatura")
    [new] = add(small_corpus, written(tmp_path, "page.html", PAGE), outlet="Another")
    text = small_corpus.text("page").read_text(encoding="utf-8")
    assert "“We are ready to listen,” he told reporters" in text
    assert "Subscribe" not in text
    assert "Home page" not in text
    found = load_corpus(small_corpus.root).articles["page"]
    assert (found.title, found.outlet, found.date, found.language) == (
        "Talks resume",
        "Another",
        "2022-09-17",
        "en-GB",
    )
    assert new.frozen.changes == ("took the article out of the web page",)


@pytest.mark.filterwarnings("ignore")
def test_a_page_without_an_article_is_refused(small_corpus, tmp_path):
    pytest.importorskip("trafilatura")
    with pytest.raises(InputError, match="no article text"):
        add(small_corpus, written(tmp_path, "page.txt", "<!doctype html><html><body></body></html>"))


def test_a_page_in_another_encoding_is_refused_with_what_it_declares(small_corpus, tmp_path):
    page = PAGE.replace("utf-8", "windows-1252").encode("cp1252")
    with pytest.raises(InputError, match="--encoding windows-1252"):
        add(small_corpus, written(tmp_path, "page.html", page))


def test_a_page_without_the_extra_says_which(small_corpus, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(RunError, match=r"stance-harness\[annotate\]"):
        add(small_corpus, written(tmp_path, "page.html", PAGE))


# the command


def test_the_command_says_what_it_did_and_asks_nothing_without_a_terminal(
    small_corpus, tmp_path, run_cli, monkeypatch
):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(builtins, "input", lambda *_: pytest.fail("asked"))
    path = written(tmp_path, "new.txt", TEXT.replace("\n", "\r\n"))
    found = run_cli("annotate", "add", path, "--corpus", small_corpus.root, "--language", "en", "--original")
    assert (found.code, found.err) == (0, "")
    assert "added new: " in found.out
    assert "changed: 2 line ends became LF" in found.out
    assert "not known: title, outlet, date, provenance, rights" in found.out
    again = run_cli("annotate", "add", path, "--corpus", small_corpus.root)
    assert again.code == 2
    assert "there already, as 'new'" in again.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a.txt", "b.txt", "--id", "x"),
        ("a.txt", "b.txt", "--title", "x"),
        ("a.txt", "--from-csv", "x.csv"),
    ],
)
def test_the_command_refuses_what_makes_no_sense(small_corpus, run_cli, arguments):
    found = run_cli("annotate", "add", *arguments, "--corpus", small_corpus.root)
    assert found.code == 2
    assert "hint:" in found.err


def test_a_folder_that_is_no_corpus_is_refused(tmp_path, run_cli):
    path = written(tmp_path, "new.txt", TEXT)
    found = run_cli("annotate", "add", path, "--corpus", tmp_path / "absent")
    assert (found.code, "no such corpus folder" in found.err) == (2, True)
