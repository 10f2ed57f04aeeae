"""One sentence-transformers model in memory: loaded without chatter, asked one text at a time."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.errors import InputError

Vectors = npt.NDArray[np.float32]


def encoded(model: Any, texts: Sequence[str], prompt: str | None) -> Vectors:
    """Return the vectors of texts, ``(n, d)`` with at least one text, each the same whatever the others are.

    Texts that share a batch are padded to one length, and sums that threads share are added in another
    order; both change last digits. So each text is a batch of its own, and a processor gives it one thread.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows = model.encode(list(texts), prompt=prompt, batch_size=1, show_progress_bar=False)
    finally:
        torch.set_num_threads(before)
    out: Vectors = np.asarray(rows, dtype=np.float32)
    return out


@lru_cache(maxsize=1)
def loaded(folder: Path, max_length: int | None, device: str) -> Any:
    """Load the model of a folder in float32; the last one stays in memory.

    Parameters
    ----------
    folder : Path
    max_length : int or None
        Tokens of a text that are read.
    device : str
        As torch names it, or ``auto``.

    Raises
    ------
    InputError
        The files are no model that can be loaded, or it cannot read so many tokens.
    """
    refuse_own_code(folder)
    with _quiet():
        from sentence_transformers import SentenceTransformer

        place = None if device == "auto" else device
        try:
            model = SentenceTransformer(str(folder), device=place, local_files_only=True)
            model = model.float().eval()
        except Exception as error:  # whatever wrong files make the libraries raise
            why = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
            raise InputError(f"the encoder in {folder} cannot be loaded on '{device}': {why}") from None
    if max_length is not None:
        limit = _most_tokens(model)
        if limit is not None and max_length > limit:
            raise InputError(
                f"max_length {max_length} is more than the {limit} tokens that the encoder takes"
            )
        model.max_seq_length = max_length
    return model


def refuse_own_code(folder: Path) -> None:
    """Refuse a model whose parts are classes from outside sentence-transformers, installed or beside it.

    Raises
    ------
    InputError
        At ``modules.json``.
    """
    path = folder / "modules.json"
    if not path.is_file():
        return
    try:
        types = [str(part["type"]) for part in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"no list of modules: {error}", place=path) from None
    for name in types:
        if not name.startswith("sentence_transformers."):
            raise InputError(f"the encoder asks for code of its own, '{name}', which is not run", place=path)


def _most_tokens(model: Any) -> int | None:
    """Return how many tokens a model has positions for, where it says."""
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    positions = getattr(config, "max_position_embeddings", None)
    return positions if isinstance(positions, int) else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep progress bars and remarks of the libraries off the terminal while a model is loaded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging: Any = import_module("transformers.utils.logging")
        level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        try:
            yield
        finally:
            logging.set_verbosity(level)
            if bars:
                logging.enable_progress_bar()
