"""Adding articles to a corpus: frozen form, entry in seeds/articles.yaml, warnings; all files or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.annotate.articles.details import UNKNOWN_LANGUAGE, Details, Received, detail_problems, id_from
from harness.annotate.articles.frozen_form import Frozen, decode_as, doubts, freeze
from harness.annotate.articles.listing import extended, listed
from harness.annotate.articles.page_text import declared_charset, is_page, page_text
from harness.corpus_files import read_corpus
from harness.errors import HarnessError, InputError, Place, Problem, ProblemsError
from harness.near_duplicates import shingles
from harness.records import Article
from harness.textfile import read_bytes, write_text

NEAR = 0.4
"""Least share of the shorter article's three-word runs that the other one has too, for a warning. Between the
five articles of this project, which report the same meeting, it is 0.14 at most."""

Ask = Callable[[Path, Details], Details]


@dataclass(frozen=True, slots=True)
class Added:
    """An article that is to be, or was, added: what is known of it, what was changed, what to be wary of."""

    details: Details
    frozen: Frozen
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The article's id."""
        return str(self.details.id)

    @property
    def entry(self) -> dict[str, Any]:
        """The article's entry in the list; what nobody said is null, and ``und`` for a language."""
        said = self.details
        return {
            "id": self.id,
            "title": said.title or None,
            "outlet": said.outlet or None,
            "date": said.date or None,
            "language": said.language or UNKNOWN_LANGUAGE,
            "machine_translated": bool(said.machine_translated),
            "sha256": self.frozen.sha256,
            "provenance": said.provenance or "",
            "rights": said.rights or "",
        }


def add_articles(
    root: Path, received: Sequence[Received], *, encoding: str | None = None, ask: Ask | None = None
) -> list[Added]:
    """Add articles to a corpus, all of them or, if anything is wrong with one, none.

    Parameters
    ----------
    root : Path
        The corpus folder.
    received : sequence of Received
        The files and what is known of them.
    encoding : str, optional
        What the files are in, where it is not UTF-8.
    ask : callable, optional
        Completes the details of a file, by asking a person.

    Returns
    -------
    list of Added
        In the order of ``received``.

    Raises
    ------
    ProblemsError
        Everything that is wrong: files that cannot be read, ids that exist, articles that are there
        already, and frozen articles of the corpus that were changed.
    """
    if not root.is_dir():
        raise InputError("no such corpus folder", place=root, hint="--corpus names the folder with seeds/")
    existing = _existing(root)
    made: list[Added] = []
    problems: list[Problem] = []
    for item in received:
        try:
            made.append(_prepared(item, encoding))
        except ProblemsError as error:
            problems += error.problems
        except InputError as error:
            problems.append(Problem(error.place or item.place, "unreadable", error.message, error.hint))
    problems += _clashes(root, made, received, existing) if not problems else []
    if problems:
        raise ProblemsError(problems)
    made = _warned(made, existing)
    if ask is not None:
        asked = [ask(item.path, new.details) for new, item in zip(made, received, strict=True)]
        made = [replace(new, details=details) for new, details in zip(made, asked, strict=True)]
    _write(root, made)
    return made


def _existing(root: Path) -> dict[str, Article]:
    """Return the articles of a corpus whose list is whole and whose texts are as they were frozen."""
    path = root / "seeds" / "articles.yaml"
    if not listed(path):
        return {}
    corpus, problems = read_corpus(root)
    seeds = [
        p for p in problems if p.place.path.startswith(str(root / "seeds")) and p.code != "unlisted-article"
    ]
    if seeds:
        raise ProblemsError(seeds)
    if corpus is None:
        raise ProblemsError(problems)
    return dict(corpus.articles)


def _prepared(item: Received, encoding: str | None) -> Added:
    data = read_bytes(item.path)
    details = item.details
    if is_page(item.path, data):
        html, changes = _decoded_page(data, item.path, encoding)
        page = page_text(html, item.path)
        declared = Details(title=page.title, outlet=page.outlet, date=page.date, language=page.language)
        details = details.or_else(declared)
        frozen = freeze(page.text, item.path, (*changes, "took the article out of the web page"))
    else:
        text, changes = decode_as(data, item.path, encoding)
        frozen = freeze(text, item.path, changes)
    problems = detail_problems(details, item.place)
    if problems:
        raise ProblemsError(problems)
    id_ = details.id or id_from(item.path)
    if not id_:
        raise InputError(f"no id can be made of '{item.path.name}'", place=item.place, hint="say --id")
    return Added(replace(details, id=id_), frozen, tuple(doubts(frozen.text)))


def _decoded_page(data: bytes, path: Path, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    try:
        return decode_as(data, path, encoding)
    except InputError as error:
        named = declared_charset(data)
        if encoding is None and named and named != "utf-8":
            error = InputError(error.message, place=error.place, hint=f"the page says: --encoding {named}")
        raise error from None


def _clashes(
    root: Path, made: Sequence[Added], received: Sequence[Received], existing: dict[str, Article]
) -> list[Problem]:
    """Return the ids and texts that are there already, in the corpus or earlier among the new ones."""
    ids = {id_.lower(): (id_, a.sha256) for id_, a in existing.items()}  # some file systems ignore case
    texts = {a.sha256: id_ for id_, a in existing.items()}
    problems = []
    for new, item in zip(made, received, strict=True):
        if found := _clash(root, new, item, ids, texts):
            problems.append(found)
        ids.setdefault(new.id.lower(), (new.id, new.frozen.sha256))
        texts.setdefault(new.frozen.sha256, new.id)
    return problems


def _clash(
    root: Path, new: Added, item: Received, ids: dict[str, tuple[str, str]], texts: dict[str, str]
) -> Problem | None:
    known = ids.get(new.id.lower())
    if new.frozen.sha256 in texts:
        what = f"the article is there already, as '{texts[new.frozen.sha256]}'"
        return Problem(item.place, "duplicate-id", what)
    if known is not None:
        what = f"the id '{known[0]}' exists, with another text"
        hint = "articles are frozen: add a changed text as a new article, with another --id"
        return Problem(item.place, "duplicate-id", what, hint)
    path = root / "seeds" / f"{new.id}.txt"
    if path.exists() and not path.samefile(item.path) and read_bytes(path) != new.frozen.text.encode("utf-8"):
        return Problem(Place(str(path)), "unlisted-article", "would be overwritten", "remove it, or say --id")
    return None


def _warned(made: Sequence[Added], existing: dict[str, Article]) -> list[Added]:
    """Add a warning to each new article that shares much of its wording with another."""
    known = [(id_, shingles(article.text)) for id_, article in existing.items()]
    out = []
    for new in made:
        own = shingles(new.frozen.text)
        near = _near(own, known)
        out.append(replace(new, warnings=(*new.warnings, *near)))
        known.append((new.id, own))
    return out


def _near(own: frozenset[str], known: Iterable[tuple[str, frozenset[str]]]) -> list[str]:
    found = []
    for id_, other in known:
        share = len(own & other) / max(1, min(len(own), len(other)))
        if share >= NEAR:
            found.append((-share, id_))
    return [
        f"near-duplicate of '{id_}': {-share:.0%} of the shorter one's three-word runs are in both; "
        "link the statements that they share (harness annotate link)"
        for share, id_ in sorted(found)
    ]


def _write(root: Path, made: Sequence[Added]) -> None:
    """Write the texts, then the list that makes them part of the corpus; undo the texts if it fails."""
    seeds = root / "seeds"
    text = extended(seeds / "articles.yaml", [new.entry for new in made])
    before: dict[Path, str | None] = {}
    try:
        for new in made:
            path = seeds / f"{new.id}.txt"
            before[path] = path.read_bytes().decode("utf-8") if path.exists() else None
            write_text(path, new.frozen.text)
        write_text(seeds / "articles.yaml", text)
    except (HarnessError, KeyboardInterrupt):
        for path, old in before.items():
            with suppress(OSError, HarnessError):
                path.unlink(missing_ok=True) if old is None else write_text(path, old)
        raise
