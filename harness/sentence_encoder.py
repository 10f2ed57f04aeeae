"""Sentence encoders: texts -> vectors, kept on the disk under the digest of all that made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.cache import Cache
from harness.digest import digest, sha256
from harness.environment import versions
from harness.errors import InputError
from harness.extras import need
from harness.pretrained import Pretrained, located
from harness.sentence_model import Vectors, encoded, loaded, refuse_own_code

MODULES = ("sentence_transformers", "torch")
"""What is imported from the extra ``embeddings``."""
PACKAGES = ("sentence-transformers", "tokenizers", "torch", "transformers")
"""Distributions whose versions can change a vector's last digits."""
OWNER = "sentence-transformers"
"""Whose the Hugging Face ids without an owner are, as in sentence-transformers itself."""
FORMAT = 1
"""Raised when vectors that older versions kept must not be used any more."""
KEPT_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """A sentence-transformers model, and what it is told.

    Attributes
    ----------
    name : str
        A folder, ``package:NAME`` or a Hugging Face id; see :func:`harness.pretrained.located`.
    revision : str or None
        Of a Hugging Face id.
    prompt : str or None
        Comes before every text; None is the model's own default, if it has one.
    max_length : int or None
        Tokens of a text that are read; None is the model's own limit.
    device : str
        ``auto``, ``cpu``, ``cuda`` or ``mps``; ``auto`` takes a GPU where there is one.
    """

    name: str
    revision: str | None = None
    prompt: str | None = None
    max_length: int | None = None
    device: str = "auto"

    def verify(self, what: str) -> None:
        """Raise `InputError` for whatever shows without loading the model.

        Parameters
        ----------
        what : str
            What needs it, for the message that an extra is missing.
        """
        need("embeddings", *MODULES, what=what)
        self.verify_files()

    def verify_files(self) -> None:
        """Raise `InputError` unless the encoder is there, and without code of its own."""
        refuse_own_code(self._found().folder)

    def content(self) -> dict[str, Any]:
        """Return what a vector depends on besides its text: the model by its content, never by its path."""
        return {
            "encoder": dict(self._found().identity),
            "prompt": self.prompt,
            "max_length": self.max_length,
            "device": self.device,
        }

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts; each is computed once and kept in the cache ``embeddings``.

        Returns
        -------
        (n, d) float32 array
            A text's row is the same to the last bit whatever else is encoded, and in whatever order.
            Without texts (0, 0).

        Raises
        ------
        InputError
            The model cannot be loaded, or gives a text a vector that is not finite.
        """
        base = digest({"format": FORMAT, "versions": versions(PACKAGES), **self.content()})
        keys = [sha256(f"{base}\n{text}".encode("utf-8", "surrogatepass")) for text in texts]
        with Cache("embeddings") as cache:
            kept = cache.get(keys)
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
            for some in _in_parts(missing):
                new = {key: row.astype("<f4").tobytes() for key, row in self._encoded(some)}
                cache.put(new)
                kept |= new
        rows = [np.frombuffer(kept[key], dtype="<f4").astype(np.float32) for key in keys]
        return np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)

    def _found(self) -> Pretrained:
        return located(self.name, self.revision, owner=OWNER)

    def _encoded(self, texts: Mapping[str, str]) -> Iterator[tuple[str, Vectors]]:
        model = loaded(self._found().folder, self.max_length, self.device)
        rows = encoded(model, list(texts.values()), self.prompt)
        for (key, text), row in zip(texts.items(), rows, strict=True):
            if not np.isfinite(row).all():
                raise InputError(f"the encoder '{self.name}' gives no finite vector for '{text[:60]}'")
            yield key, row


def unit(vectors: Vectors) -> Vectors:
    """Return vectors divided by their Euclidean lengths, ``(n, d)``; one of length 0 stays."""
    lengths = np.sqrt(np.square(vectors).sum(axis=1, keepdims=True))
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def _in_parts(rows: Mapping[str, str]) -> Iterator[dict[str, str]]:
    items = list(rows.items())
    for start in range(0, len(items), KEPT_AT_ONCE):
        yield dict(items[start : start + KEPT_AT_ONCE])
