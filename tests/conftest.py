"""What every test can use: the repository, a small corpus of one's own, and the command line."""

import hashlib
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Three invented articles. Content stands in square brackets, the cue in angle brackets, the source in
# curly ones; none of the marks is in the stored text. One line a statement, in the order of STATEMENTS.
ARTICLES = {
    "alpha": """The summit ended early
{Minister Orlo} <said>: “[The sanctions strike the innocent and must end.]”
{President Vale} <condemned> [the sanctions as an attack on a friend].
{The bank} <reported> [that trade rose by a tenth].
{Envoy Ruiz} <stressed> [that all sides should talk].
""",
    "beta": """Reactions to the summit
{Orlo} <repeated>: “[The sanctions strike the innocent.]”
{The bank} <noted> [that trade rose by a tenth this year].
{Ruiz} <urged> [all sides to talk, and regretted the losses].
{A spokeswoman} <gave> [the date of the next meeting].
""",
    "gamma": """Café talk 🙂 after the summit
{Vale} <called> [the sanctions an attack on a friend].
{The institute} <counted> [forty delegations].
{Ruiz} <said> [that talks need all sides].
{The union} <backed> [the offensive without reserve].
""",
}
# (id, article, speaker, kind, stance, group): groups orlo-sanctions, vale-attack, bank-trade and
# ruiz-talks have members in more than one article.
STATEMENTS = (
    ("alpha-1", "alpha", "Orlo", "person", "supportive", "orlo-sanctions"),
    ("alpha-2", "alpha", "Vale", "person", "supportive", "vale-attack"),
    ("alpha-3", "alpha", "the bank", "institution", "neutral", "bank-trade"),
    ("alpha-4", "alpha", "Ruiz", "person", "hedged", "ruiz-talks"),
    ("beta-1", "beta", "Orlo", "person", "supportive", "orlo-sanctions"),
    ("beta-2", "beta", "the bank", "institution", "neutral", "bank-trade"),
    ("beta-3", "beta", "Ruiz", "person", "hedged", "ruiz-talks"),
    ("beta-4", "beta", "", "anonymous", "neutral", "next-meeting"),
    ("gamma-1", "gamma", "Vale", "person", "supportive", "vale-attack"),
    ("gamma-2", "gamma", "the institute", "institution", "neutral", "delegations"),
    ("gamma-3", "gamma", "Ruiz", "person", "hedged", "ruiz-talks"),
    ("gamma-4", "gamma", "the union", "group", "supportive", "union-offensive"),
)
BRUNO_SAYS = {"gamma-3": "neutral"}  # the one statement on which the second annotator differs
SCHEME = """target: the offensive
codebook_version: 2
labels:
  - name: supportive
    definition: sides with the offensive
  - name: neutral
    definition: takes no position
  - name: hedged
    definition: takes a position and keeps it open
"""


@dataclass(frozen=True)
class SmallCorpus:
    """The files of a corpus, and ways to spoil one line of them."""

    root: Path

    def gold(self, article="alpha"):
        return self.root / "annotations" / "gold" / f"{article}.jsonl"

    def own(self, annotator="anna", article="alpha"):
        return self.root / "annotations" / "annotators" / annotator / f"{article}.jsonl"

    @property
    def scheme(self):
        return self.root / "annotations" / "scheme.yaml"

    @property
    def codebook(self):
        return self.root / "annotations" / "codebook.md"

    @property
    def articles(self):
        return self.root / "seeds" / "articles.yaml"

    def text(self, article="alpha"):
        return self.root / "seeds" / f"{article}.txt"

    @staticmethod
    def rows(path):
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    @staticmethod
    def write(path, rows):
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        path.write_text("".join(lines), encoding="utf-8")

    def edit(self, path, line, **changes):
        """Change fields of the statement on a line (1-based); a value of ``...`` takes the field out."""
        rows = self.rows(path)
        for key, value in changes.items():
            if value is ...:
                del rows[line - 1][key]
            else:
                rows[line - 1][key] = value
        self.write(path, rows)

    @staticmethod
    def replace(path, old, new):
        """Replace bytes (or text) that must be in the file."""
        data = path.read_bytes()
        old, new = (x.encode("utf-8") if isinstance(x, str) else x for x in (old, new))
        assert old in data, f"{old!r} is not in {path.name}"
        path.write_bytes(data.replace(old, new, 1))

    def new_codebook(self):
        """Raise the version of codebook and scheme from 2 to 3; every statement is of 2 still."""
        self.replace(self.scheme, "codebook_version: 2", "codebook_version: 3")
        self.replace(self.codebook, "Version 2", "Version 3")

    def config(self, name="small.yaml", **changes):
        """Write a configuration of two quick models beside the corpus."""
        settings = {
            "name": "small",
            "seed": 1,
            "data": {"corpus": "."},
            "splits": ["leave-one-article-out"],
            "models": {"majority": "majority", "logreg": "tfidf-logreg"},
            "evaluation": {"retrain": 0, "resamples": 100, "leakage": 0},
            "output": str(self.root / "runs"),
        }
        path = self.root / name
        path.write_text(json.dumps({**settings, **changes}, indent=1), encoding="utf-8")
        return path


def _unmarked(marked):
    """Return the text without its marks, and the spans of content, cue and source of each marked line."""
    text, spans = "", []
    for line in marked.splitlines(keepends=True):
        found = {}
        for character in line:
            if character in "[<{":
                start = len(text)
            elif character in "]>}":
                kind = {"]": "content", ">": "cue", "}": "source"}[character]
                found[kind] = [{"start": start, "end": len(text), "text": text[start:]}]
            else:
                text += character
        if found:
            spans.append(found)
    return text, spans


def build_corpus(root):
    """Write the small corpus: 3 articles, 12 statements in 7 groups, annotators anna and bruno, gold."""
    corpus = SmallCorpus(root)
    entries, places = ["articles:"], {}
    (root / "seeds").mkdir(parents=True)
    for article, marked in ARTICLES.items():
        text, spans = _unmarked(marked)
        corpus.text(article).write_text(text, encoding="utf-8", newline="\n")
        places[article] = iter(spans)
        sha = hashlib.sha256(text.encode("utf-8")).hexdigest()
        title = text.partition("\n")[0]
        entries.append(
            f"  - id: {article}\n    title: {title}\n    outlet: null\n    date: 2022-09\n    language: en\n"
            f"    machine_translated: false\n    sha256: {sha}\n    provenance: invented\n    rights: none"
        )
    corpus.articles.write_text("\n".join(entries) + "\n", encoding="utf-8")
    files = {}
    for id_, article, speaker, kind, stance, group in STATEMENTS:
        base = {
            "id": id_,
            "article": article,
            **next(places[article]),
            "source_name": speaker or "a spokeswoman",
            "speaker": speaker,
            "source_kind": kind,
            "via": [],
            "attribution": "indirect",
            "stance": stance,
            "exclusion": None,
            "group": group,
            "confidence": 3,
            "note": "",
            "annotator": "gold",
            "codebook_version": 2,
        }
        votes = {"anna": stance, "bruno": BRUNO_SAYS.get(id_, stance)}
        for who, vote in votes.items():
            row = {**base, "id": f"{who}-{id_}", "annotator": who, "stance": vote}
            files.setdefault(corpus.own(who, article), []).append(row)
        differ = votes["anna"] != votes["bruno"]
        base |= {
            "votes": votes,
            "decision": "adjudicated" if differ else "unanimous",
            "reason": "rule 3" if differ else "",
            "derived_from": [f"{who}-{id_}" for who in votes],
        }
        files.setdefault(corpus.gold(article), []).append(base)
    for path, rows in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        corpus.write(path, rows)
    corpus.scheme.write_text(SCHEME, encoding="utf-8")
    corpus.codebook.write_text("# Codebook\n\nVersion 2. Read it first.\n", encoding="utf-8")
    return corpus


@pytest.fixture(scope="session")
def project():
    """The root of the repository."""
    return ROOT


@pytest.fixture
def small_corpus(tmp_path):
    """A small valid corpus that a test may spoil."""
    return build_corpus(tmp_path / "corpus")


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def run_cli(monkeypatch, capsys):
    """Call the command line in this process; what is no error of the harness's own is raised."""
    from harness.cli import main

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["harness", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        before = signal.getsignal(signal.SIGINT)
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            signal.signal(signal.SIGINT, before)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return call
