"""What passes between the exchange formats and the corpus: documents out, rows and problems in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import Place, Problem, did_you_mean
from harness.records import Article

Row = dict[str, Any]
PARTS = ("content", "cue", "source")
GOLD_FIELDS = ("votes", "decision", "reason", "derived_from")
FIELDS = (
    *("id", "article", *PARTS, "source_name", "speaker", "source_kind", "via", "attribution", "stance"),
    *("exclusion", "group", "confidence", "note", "annotator", "codebook_version", *GOLD_FIELDS),
)


@dataclass(frozen=True, slots=True)
class Document:
    """An article and the rows of its statements, as their file has them."""

    article: Article
    rows: tuple[Row, ...]


@dataclass(slots=True)
class Found:
    """What a file of another tool says: the articles it annotates, rows with their places, problems.

    A row has only the fields that the file has; its spans are plain ``{start, end, text}``.
    """

    articles: list[str] = field(default_factory=list)
    rows: list[tuple[Place, Row]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note a problem."""
        self.problems.append(Problem(place, code, message, hint))

    def article(
        self, name: object, text: object, articles: Mapping[str, Article], place: Place
    ) -> Article | None:
        """Return the article that a document of a file is about; None, and a problem noted, if there is none.

        Parameters
        ----------
        name : object
            The article's id where the file has one; else the article is found by its text.
        text : object
            The text that the file has; it must be the frozen one to the character.
        """
        if not isinstance(text, str):
            self.wrong(place, "bad-value", "the document has no text", "export it with its text")
            return None
        found = articles.get(name) if isinstance(name, str) else None
        found = found or next((a for a in articles.values() if a.text == text), None)
        if found is None:
            hint = did_you_mean(name, articles) if isinstance(name, str) else "add the article first"
            self.wrong(
                place, "dangling-id", f"no article '{name}' in articles.yaml, and none has this text", hint
            )
        elif found.text != text:
            at = next(
                (i for i, (a, b) in enumerate(zip(found.text, text, strict=False)) if a != b),
                min(len(found.text), len(text)),
            )
            message = f"the text differs from article '{found.id}' at offset {at}"
            self.wrong(
                place, "sha256", message, "articles are frozen: offsets count characters of the stored file"
            )
        elif found.id in self.articles:
            self.wrong(
                place, "duplicate-id", f"article '{found.id}' is there twice", "one document an article"
            )
        else:
            self.articles.append(found.id)
            return found
        return None

    def span(self, start: object, end: object, article: Article, place: Place, what: str) -> Row | None:
        """Return a span of an article; None, with a problem noted, where its offsets are none."""
        if type(start) is int and type(end) is int and 0 <= start < end <= len(article.text):
            return {"start": start, "end": end, "text": article.text[start:end]}
        message = (
            f"{what}: offsets {start} to {end} are no span of '{article.id}' (length {len(article.text)})"
        )
        self.wrong(place, "bad-slice", message, "offsets count Unicode code points, end exclusive")
        return None


def spans_of(row: Row) -> Iterator[tuple[str, int, Row]]:
    """Yield part, number within the part and span of a statement."""
    for part in PARTS:
        for number, span in enumerate(row[part]):
            yield part, number, span


def documents_of(articles: Iterable[Article], rows: Iterable[Row]) -> list[Document]:
    """Gather rows by article, in the order of the articles."""
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault(row["article"], []).append(row)
    return [Document(a, tuple(by.get(a.id, ()))) for a in articles]
