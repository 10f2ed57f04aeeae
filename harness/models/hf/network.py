"""A pretrained classification model in memory: texts -> logits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from harness.errors import InputError
from harness.models.output import FloatArray

Encoded = Mapping[str, Sequence[int]]
"""Numbers of a text's tokens and what goes with them, by the names of the model's inputs."""


class Network:
    """A pretrained model with its tokenizer.

    Parameters
    ----------
    folder : Path
        Its files; weights as safetensors alone, and no code of the folder's own is run.
    device : {'cpu', 'cuda'}
    max_length : int
        Tokens of a text at most; fewer where the model takes fewer.
    n_labels : int or None
        Outputs of the head, which is new where the folder has none of this size (random, so seed first).
        None: the folder's own head, which must be there.

    Raises
    ------
    InputError
        The folder has no such model; weights or the tokenizer are missing, damaged or do not fit.
    """

    def __init__(self, folder: Path, device: str, max_length: int, n_labels: int | None = None) -> None:
        try:
            self.tokenizer, self.model, absent = _loaded(folder, n_labels)
        except Exception as error:  # whatever its many parsers raise
            said = str(error).strip().partition("\n")[0]
            raise InputError(f"the model cannot be loaded: {said}", place=folder) from None
        _verify(folder, self.tokenizer, absent)
        self.device = device
        self.model.to(device).eval()
        positions = getattr(self.model.config, "max_position_embeddings", None)
        self.max_length = min(max_length, self.tokenizer.model_max_length, positions or max_length)

    def encoded(
        self,
        text: str,
        pair: str | None = None,
        cut: Literal["longest_first", "only_first"] = "longest_first",
    ) -> Encoded:
        """Return the tokens of a text, or of a pair of texts with the model's marks between them.

        ``cut`` says which text is shortened where both are too long.
        """
        encoded: Encoded = self.tokenizer(text, pair, truncation=cut, max_length=self.max_length).data
        return encoded

    def verify_room(self, pair: str) -> None:
        """Refuse a second text that alone is too long, so that nothing of a first one would be read."""
        tokens = len(self.tokenizer("", pair)["input_ids"])
        if tokens >= self.max_length:
            raise InputError(
                f"'{pair[:60]}' has {tokens} tokens, of {self.max_length} for itself and a text before it",
                hint="a shorter text, or a larger max_length where the model takes more",
            )

    def batch(self, rows: Sequence[Encoded]) -> dict[str, Any]:
        """Return texts as tensors on the device, padded to the longest of them."""
        padded = self.tokenizer.pad([dict(row) for row in rows], return_tensors="pt")
        return {name: values.to(self.device) for name, values in padded.items()}

    def weights(self) -> dict[str, Any]:
        """Return the tensors that training changes, by name."""
        return dict(self.model.named_parameters())

    def put(self, arrays: Mapping[str, Any]) -> None:
        """Give the model these weights, tensors or arrays; raises ValueError for other names or shapes."""
        import torch

        mine = self.weights()
        if {k: tuple(v.shape) for k, v in mine.items()} != {k: tuple(v.shape) for k, v in arrays.items()}:
            raise ValueError("the weights are those of another model")
        with torch.no_grad():
            for name, weight in mine.items():
                weight.copy_(torch.as_tensor(arrays[name]))

    def copied(self) -> dict[str, Any]:
        """Return a copy of the model's weights, as tensors on the processor."""
        return {name: weight.detach().to("cpu", copy=True) for name, weight in self.weights().items()}

    def logits(self, rows: Sequence[Encoded]) -> FloatArray:
        """Return the model's outputs, ``(n, n_outputs)``.

        Each text goes through the model by itself: in a batch, the last bits of a text's logits depend on
        how many others there are and on how long they are.
        """
        import torch

        self.model.eval()
        with torch.inference_mode():
            found = [self.model(**self.batch([row])).logits[0].double().cpu().numpy() for row in rows]
        return np.array(found, dtype=np.float64).reshape(len(rows), self.model.config.num_labels)


def _loaded(folder: Path, n_labels: int | None) -> tuple[Any, Any, list[str]]:
    """Return tokenizer, model and the names of those weights that should be in the folder and are not."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    safe = {"local_files_only": True, "trust_remote_code": False}
    head = {} if n_labels is None else {"num_labels": n_labels, "ignore_mismatched_sizes": True}
    tokenizer = AutoTokenizer.from_pretrained(folder, **safe)
    model, told = AutoModelForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True, output_loading_info=True, **safe, **head
    )
    if tokenizer.pad_token is None:  # models that write text have no padding
        tokenizer.pad_token = tokenizer.eos_token
    model.config.pad_token_id = tokenizer.pad_token_id
    # some versions say names, others names with the two shapes
    other = [found if isinstance(found, str) else found[0] for found in told["mismatched_keys"]]
    absent = {*told["missing_keys"], *other}
    if n_labels is not None:
        within = f"{model.base_model_prefix}."
        absent = {key for key in absent if key.startswith(within) and ".pooler." not in key}
    return tokenizer, model, sorted(absent)


def _verify(folder: Path, tokenizer: Any, absent: Sequence[str]) -> None:
    """Refuse what transformers takes silently: random weights, and a tokenizer that knows no word."""
    if absent:
        raise InputError(
            f"the weights of {len(absent)} parts are missing or of another size, such as {absent[0]}",
            place=folder,
            hint="the folder of a whole model; for zero-shot, one trained on natural language inference",
        )
    if tokenizer.vocab_size <= len(tokenizer.all_special_ids):
        raise InputError("the tokenizer's files are missing", place=folder, hint="such as tokenizer.json")


def log_probabilities(logits: FloatArray) -> FloatArray:
    """Return the logarithm of each row's softmax, ``(n, n_labels)``; finite where the logits are."""
    least = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(least - np.log(np.exp(least).sum(axis=1, keepdims=True)))


def probabilities(logits: FloatArray) -> FloatArray:
    """Return the softmax of each row, ``(n, n_labels)``."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
