"""Fingerprints: what a fold, a re-run and a run depend on, by content and never by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from harness import __version__
from harness.column_digests import ColumnDigests, parts_json
from harness.digest import canonical, digest, sha256, sha256_of
from harness.environment import NUMERIC, versions
from harness.examples import Examples, Ids
from harness.models.base import Model
from harness.records import Example, Fold

PIECE = 1_000
"""Examples whose parts are written out at once for a digest."""
FORMAT = 1
"""Raised when stored folds of older versions must not be used any more."""


def example_digests(examples: Sequence[Example]) -> Mapping[str, str]:
    """Return a digest of each example's text (pair, texts beside it), label, group and article, by id."""
    if isinstance(examples, Examples):
        return ColumnDigests(examples)
    return {e.id: sha256("\x1f".join(_parts(e)).encode("utf-8", "surrogatepass")) for e in examples}


def _parts(e: Example) -> tuple[str, ...]:
    parts = (e.id, e.label, e.text, e.group, e.article)
    return (*parts, *(() if e.pair is None else (e.pair,)), *e.beside)


def data_digest(
    examples: Sequence[Example], labels: Sequence[str], digests: Mapping[str, str] | None = None
) -> str:
    """Return the digest of the labelled data with all their parts and votes, independent of their order.

    Parameters
    ----------
    examples : sequence of Example
    labels : sequence of str
    digests : mapping, optional
        From :func:`example_digests`, if they are there already.
    """
    found = example_digests(examples) if digests is None else digests
    if isinstance(examples, Examples) and isinstance(found, ColumnDigests):
        # The same bytes as below: what is sorted, joined and escaped here are whole columns.
        between = f'],"labels":{canonical(list(labels))},"parts":{{'.encode("ascii")
        pieces = chain([b'{"examples":['], found.in_order(), [between], parts_json(examples), [b"}}"])
        return sha256_of(pieces)
    whole = canonical({"examples": sorted(found.values()), "labels": list(labels)})
    text = chain([whole[:-1], ',"parts":{'], _parts_pieces(examples), ["}}"])
    return sha256_of(piece.encode("ascii") for piece in text)


def _parts_pieces(examples: Sequence[Example]) -> Iterator[str]:
    """Yield the JSON of the mapping from each id to its content, piece by piece in its order."""
    ordered = sorted(examples, key=lambda e: e.id)
    for start in range(0, len(ordered), PIECE):
        some = ordered[start : start + PIECE]
        parts = {e.id: _content(e) for e in some}
        yield "," * (start > 0) + canonical(parts)[1:-1]


def _content(e: Example) -> list[Any]:
    """Return parts and votes, and the distribution where the data give one."""
    said = [sorted(e.fields.items()), sorted(e.votes.items())]
    return said if e.distribution is None else [*said, e.distribution]


def rows_digest(digests: Mapping[str, str], ids: Iterable[str]) -> str:
    """Return the digest of the named examples, in this order."""
    if isinstance(digests, ColumnDigests) and isinstance(ids, Ids) and digests.of(ids):
        return sha256_of(digests.hexadecimal(ids.positions))
    return sha256("".join(digests[i] for i in ids).encode("ascii"))


def fold_seed(seed: int, train: str, test: str, number: int = 0) -> int:
    """Return the seed of a fold, in [0, 2**32): the same for every model, other for other data.

    ``number`` is that of the training seed, where a run has several.
    """
    return int(digest([seed, train, test, *([number] if number else [])])[:8], 16)


def model_digest(model: Model, labels: Sequence[str]) -> str:
    """Return what identifies a model's behaviour: parameters, code version and package versions."""
    return digest(
        {
            "format": FORMAT,
            "harness": __version__,
            "model": model.content(),
            "labels": list(labels),
            "packages": versions(model.used_packages()),
        }
    )


def fold_fingerprint(
    model: str, seed: int, fold: Fold, digests: Mapping[str, str], *, number: int = 0, dev: bool = False
) -> tuple[str, int]:
    """Return the fingerprint under which a fold's predictions are stored, and the fold's seed.

    Parameters
    ----------
    model : str
        From :func:`model_digest`.
    seed : int
        The configuration's seed.
    fold : Fold
    digests : mapping
        From :func:`example_digests`, of the examples as this model sees them.
    number : int
        Of the training seed.
    dev : bool
        Whether the model makes something of the dev part; only then does it enter the fingerprint.
    """
    train, test = rows_digest(digests, fold.train), rows_digest(digests, fold.test)
    own = fold_seed(seed, train, test, number)
    parts = {"kind": "fold", "model": model, "seed": own, "train": train, "test": test}
    if dev:
        parts["dev"] = rows_digest(digests, fold.dev)
    return digest(parts), own


def table_fingerprint(model: str, seed: int, what: Sequence[Any], data: str) -> str:
    """Return the fingerprint under which the confusions of a batch of cross-validations are stored.

    ``what`` says which ones: purpose, split, share and range.
    """
    parts = {"kind": "table", "model": model, "seed": seed, "what": list(what), "data": data}
    return digest({**parts, "packages": versions(NUMERIC[:1])})
