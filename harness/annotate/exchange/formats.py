"""The table of exchange formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.annotate.exchange import brat, cas, csv_table, doccano, label_studio
from harness.annotate.exchange.rows import Document, Found
from harness.errors import InputError, did_you_mean
from harness.records import Article


def _nothing(article: Article) -> str | None:
    del article
    return None


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is written and read.

    Attributes
    ----------
    suffix : str
        Of the files that are imported.
    write : documents, labels -> file names and their text
    read : file name, files by name, articles by id -> what it says
    why : field -> why the format may not hold it
    refusal : article -> why the format cannot hold the article at all, or None
    beside : str
        Suffix of a file that is read together with each imported one, where it is there.
    """

    suffix: str
    write: Callable[[Sequence[Document], Sequence[str]], dict[str, str]]
    read: Callable[[str, Mapping[str, str], Mapping[str, Article]], Found]
    why: Mapping[str, str]
    refusal: Callable[[Article], str | None] = _nothing
    beside: str = ""


FORMATS: dict[str, Format] = {
    "label-studio": Format(".json", label_studio.write, label_studio.read, label_studio.WHY),
    "brat": Format(".ann", brat.write, brat.read, brat.WHY, beside=".txt"),
    "doccano": Format(".jsonl", doccano.write, doccano.read, doccano.WHY),
    "cas": Format(".xmi", cas.write, cas.read, cas.WHY, refusal=cas.refusal),
    "csv": Format(".csv", csv_table.write, csv_table.read, csv_table.WHY),
}


def format_named(name: str) -> Format:
    """Return a format, or raise `InputError` that names those there are."""
    if name not in FORMATS:
        raise InputError(f"no exchange format '{name}'", hint=did_you_mean(name, FORMATS))
    return FORMATS[name]
