"""Corpus folders: the list of articles, the scheme, the codebook and the articles' texts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.bad_inputs.case import Accepted, Case, Refused
from tests.bad_inputs.family import BYTES, of_file
from tests.bad_inputs.spoilt import directory, fifo, link_to, moved_away, replaced, written

CHECK = ("check", "corpus")
DRY = ("run", "--dry-run", "small.yaml")
LIST, SCHEME, BOOK = (
    "corpus/seeds/articles.yaml",
    "corpus/annotations/scheme.yaml",
    "corpus/annotations/codebook.md",
)
# Changes of the list of articles: old text, new text, line, what is said.
ARTICLES: dict[str, tuple[str, str, int, str]] = {
    "an id with path parts": ("id: alpha", "id: ../../x", 2, ""),
    "an absolute id": ("id: alpha", "id: /etc/passwd", 2, ""),
    "an id of two dots": ("id: alpha", "id: '..'", 2, ""),
    "an id that is a number": ("id: alpha", "id: 7", 2, "string"),
    "an id that is true": ("id: alpha", "id: true", 2, "string"),
    "an id that is null": ("id: alpha", "id:", 2, "string"),
    "an id with a NUL": ("id: alpha", 'id: "al\\0pha"', 2, ""),
    "an id with a line feed": ("id: alpha", 'id: "alpha\\n"', 2, ""),
    "an id in Cyrillic": ("id: alpha", "id: альфа", 2, ""),
    "an id of 5000 letters": ("id: alpha", f"id: {'x' * 5000}", 2, ""),
    "an id twice": ("id: beta", "id: alpha", 0, "twice"),
    "an id that no text has": ("id: alpha", "id: delta", 2, "no such file"),
    "a date that is a number": ("date: 2022-09", "date: 2022", 5, "string"),
    "a date that is none": ("date: 2022-09", "date: soon", 5, "pattern"),
    "a date in other digits": ("date: 2022-09", "date: ２０２２", 5, "pattern"),
    "a language that is no": ("language: en", "language: NO", 6, "pattern"),
    "a truth value in quotes": ("machine_translated: false", "machine_translated: 'false'", 7, "boolean"),
    "a truth value that is no": ("machine_translated: false", "machine_translated: no", 7, "boolean"),
    "a truth value that is 0": ("machine_translated: false", "machine_translated: 0", 7, "boolean"),
    "a digest of another text": ("sha256: ", "sha256: 0", 8, ""),
    "a digest that is a number": ("    sha256: ", "    sha256: 123 #", 8, "string"),
    "a title that is a list": ("title: The summit ended early", "title: [a]", 3, "string"),
    "an unknown field": ("provenance: invented", "provenance: invented\n    author: me", 10, "unknown"),
    "a tag": ("id: alpha", "id: !!python/object/new:os.system [ls]", 2, "not supported"),
    "an entry that is a word": ("articles:\n", "articles:\n  - alpha\n", 2, ""),
    "an entry that is null": ("articles:\n", "articles:\n  -\n", 2, ""),
    "no list": ("articles:\n", "articles: none\nrest:\n", 1, ""),
    "a merge key": ("id: alpha", "<<: {id: alpha}", 2, "unknown"),
}
SCHEMES: dict[str, tuple[str, str, int, str]] = {
    "a version that is a word": ("codebook_version: 2", "codebook_version: two", 2, "integer"),
    "a version of 0": ("codebook_version: 2", "codebook_version: 0", 2, "greater"),
    "a version beyond 64 bit": ("codebook_version: 2", f"codebook_version: {2**70}", 0, ""),
    "a version that is a fraction": ("codebook_version: 2", "codebook_version: 2.0", 2, "integer"),
    "a label that is no text": ("name: neutral", "name: 0", 6, "string"),
    "a label that is empty": ("name: neutral", "name: ''", 6, ""),
    "a label that is true": ("name: neutral", "name: true", 6, "string"),
    "a label twice": ("name: neutral", "name: supportive", 6, "twice"),
    "labels that are a mapping": ("labels:\n", "labels: {a: b}\nrest:\n", 3, "list"),
    "one label": ("  - name: neutral", "rest:\n  - name: neutral", 3, ""),
    "an order with a label that is none": (
        "labels:",
        "order: [supportive, neutral, hedged, x]\nlabels:",
        3,
        "'x'",
    ),
    "an order that lacks labels": ("labels:", "order: [neutral]\nlabels:", 3, "lacks"),
    "distances that are negative": ("labels:", "distances: {neutral: {hedged: -1}}\nlabels:", 3, ""),
    "distances that are nan": ("labels:", "distances: {neutral: {hedged: .nan}}\nlabels:", 3, ""),
    "distances that are infinite": ("labels:", "distances: {neutral: {hedged: 1e999}}\nlabels:", 3, "finite"),
    "distances of 400 digits": (
        "labels:",
        f"distances: {{neutral: {{hedged: {'9' * 400}}}}}\nlabels:",
        3,
        "",
    ),
    "distances that are a list": ("labels:", "distances: [1, 2]\nlabels:", 3, ""),
    "order and distances": ("labels:", "order: []\ndistances: {}\nlabels:", 0, "not both"),
}


def cases() -> Iterator[Case]:
    """Yield the cases of corpora."""
    frozen = {"a byte order mark", "CR and LF", "CR alone", *BYTES} - {"a NUL"}
    yield from of_file("corpora", "corpus", LIST, CHECK, lines=(*frozen, "a NUL"), codes=(1,))
    yield from of_file("corpora", "corpus", SCHEME, CHECK, lines=(*frozen, "a NUL"), codes=(1,))
    harmless = {
        "a NUL",
        "a hundred thousand brackets",
        "a hundred thousand braces",
        "a megabyte of one letter",
    }
    yield from of_file(
        "corpora",
        "corpus",
        BOOK,
        CHECK,
        lines=frozen,
        codes=(1,),
        accepted={*harmless, "a merge conflict"},
        left_out={"cut in half"},
    )
    yield from of_file(
        "corpora", "corpus", "corpus/seeds/alpha.txt", CHECK, lines=frozen - {"CR alone"}, codes=(1,)
    )
    yield from of_file("corpora", "corpus", SCHEME, DRY, lines=(), codes=(2,))
    for table, file in ((ARTICLES, LIST), (SCHEMES, SCHEME)):
        for name, (old, new, line, says) in table.items():
            expect = Refused(os.path.basename(file), line, says, (1,))
            yield Case(
                "corpora",
                f"{os.path.basename(file)}: {name}",
                "corpus",
                replaced(file, old, new),
                CHECK,
                expect,
            )
    yield from _folders()


def _folders() -> Iterator[Case]:
    """What may be wrong with the folders themselves."""

    def gone(name: str):
        def spoil(root: Path) -> None:
            os.rename(root / name, root / "away")

        return spoil

    def instead(name: str, put):
        def spoil(root: Path) -> None:
            os.rename(root / name, root / "away")
            (root / name).write_text("x", encoding="utf-8")
            put(root / name)

        return spoil

    nothing = lambda path: None  # noqa: E731
    puts = {
        "a file": nothing,
        "a pipe": fifo,
        "a link to nothing": link_to("nothing"),
        "a link to itself": link_to("corpus"),
    }
    for name, put in puts.items():
        yield Case(
            "corpora",
            f"the corpus is {name}",
            "corpus",
            instead("corpus", put),
            DRY,
            Refused("corpus", codes=(2,)),
        )
    for folder in ("seeds", "annotations"):
        for name, put in puts.items():
            place = "articles.yaml" if folder == "seeds" else "scheme.yaml"
            spoil = instead(f"corpus/{folder}", put)
            yield Case("corpora", f"{folder} is {name}", "corpus", spoil, CHECK, Refused(place, codes=(1,)))
    for folder in ("seeds", "annotations", "annotations/gold"):
        place = {"seeds": "articles.yaml", "annotations": "scheme.yaml"}.get(folder, "")
        spoil = gone(f"corpus/{folder}")
        expect = Refused(place, codes=(1,)) if place else Accepted("no problems")
        yield Case("corpora", f"{folder} is gone", "corpus", spoil, CHECK, expect)
    spoil = gone("corpus/annotations/gold")
    yield Case(
        "corpora", "a run without gold", "corpus", spoil, DRY, Refused("corpus", says="gold", codes=(2,))
    )
    around = lambda root: (root / "corpus/annotations/annotators/carla").symlink_to("..")  # noqa: E731
    yield Case(
        "corpora", "an annotator's folder leads back up", "corpus", around, CHECK, Accepted("no problems")
    )
    twin = lambda root: (root / "corpus/annotations/annotators/carla").symlink_to("anna")  # noqa: E731
    expect = Refused("carla/alpha.jsonl", 1, "annotator", (1,))
    yield Case("corpora", "an annotator's folder is a link to another's", "corpus", twin, CHECK, expect)
    for file in (LIST, SCHEME, BOOK, "corpus/seeds/alpha.txt"):
        away = lambda root, file=file: moved_away(root / file)  # noqa: E731
        yield Case(
            "corpora", f"{file} is a link to a sound file", "corpus", away, CHECK, Accepted("no problems")
        )
    for name, file in {
        "an unlisted text": "corpus/seeds/delta.txt",
        "a text in Cyrillic that is not listed": "corpus/seeds/текст.txt",
        "a text whose name has a line feed": "corpus/seeds/a\nb.txt",
        "a text whose name is no UTF-8": "corpus/seeds/a\udcff.txt",
    }.items():
        yield Case(
            "corpora",
            name,
            "corpus",
            written(file, "x\n"),
            CHECK,
            Refused(".txt", says="not in articles.yaml", codes=(1,)),
        )
    listed = written("corpus/seeds/alpha.txt", "Cafe\u0301\n")
    yield Case(
        "corpora",
        "a text in another normal form",
        "corpus",
        listed,
        CHECK,
        Refused("articles.yaml", 8, "sha256", (1,)),
    )
    folder = lambda root: directory(root / "corpus/seeds/alpha.txt")  # noqa: E731
    yield Case(
        "corpora",
        "a text is a folder, in a run",
        "corpus",
        folder,
        DRY,
        Refused("articles.yaml", 2, codes=(2,)),
    )
    for encoding in ("utf-16", "utf-32", "cp1251", "koi8-r"):
        text = written("corpus/seeds/alpha.txt", "Саммит закончился рано\n".encode(encoding))
        yield Case(
            "corpora",
            f"a text in {encoding}",
            "corpus",
            text,
            CHECK,
            Refused("alpha.txt", 1, "not UTF-8", (1,)),
        )
