"""One network in training: AdamW steps, epochs that each hang on seed and number alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.errors import RunError
from harness.models.class_weight import ClassWeight, weights
from harness.models.hf.computing import seed_torch
from harness.models.hf.network import Encoded, Network
from harness.models.hf.spec import TransformerSpec
from harness.models.output import FloatArray, IntArray

LONGEST_GRADIENT = 1.0
"""Norm that longer gradients are shortened to, as is usual for these models."""


@dataclass(frozen=True)
class Rows:
    """Encoded statements and the numbers of their labels, ``(n,)``."""

    texts: Sequence[Encoded]
    labels: IntArray

    def at(self, places: IntArray) -> Rows:
        """Return the statements at these positions."""
        return Rows([self.texts[i] for i in places], self.labels[places])


def loss_weights(class_weight: ClassWeight, names: Sequence[str], labels: IntArray) -> FloatArray:
    """Return the weight of each label in the loss, ``(n_labels,)``; 1 for labels not in training.

    ``balanced`` is ``n / (k * n_label)`` for the k labels in training, as in scikit-learn.
    """
    out = np.ones(len(names))
    present, counts = np.unique(labels, return_counts=True)
    chosen = weights(class_weight, names, present)
    if isinstance(chosen, dict):
        out[list(chosen)] = list(chosen.values())
    elif chosen == "balanced":
        out[present] = len(labels) / (len(present) * counts)
    return out


class Training:
    """A network in training: what it learns from, its optimiser, and how many epochs are done.

    Parameters
    ----------
    spec : TransformerSpec
    network : Network
    rows : Rows
        What is learnt from.
    label_weights : (n_labels,) float array
        In the loss.
    seed : int in [0, 2**32)
    """

    def __init__(
        self, spec: TransformerSpec, network: Network, rows: Rows, label_weights: FloatArray, seed: int
    ) -> None:
        import torch

        self.spec, self.network, self.rows, self.seed = spec, network, rows, seed
        self.label_weights = label_weights
        self.steps = math.ceil(len(rows.texts) / spec.batch_size)
        self.done = 0
        self.weights = network.weights()
        # biases and the weights of normalisation, which are vectors, are not drawn towards 0
        kinds = [[p for p in self.weights.values() if (p.ndim > 1) is large] for large in (True, False)]
        decay = (spec.weight_decay, 0.0)
        self.optimizer = torch.optim.AdamW(
            [{"params": p, "weight_decay": d} for p, d in zip(kinds, decay, strict=True)],
            lr=spec.learning_rate,
        )

    def epoch(self) -> None:
        """See every statement once, in an order and with a dropout that hang on seed and epoch alone."""
        rng = np.random.default_rng([self.seed, self.done])
        order = rng.permutation(len(self.rows.texts))
        seed_torch(self.network.device, int(rng.integers(2**63)))
        self.network.model.train()
        for number in range(self.steps):
            places = order[number * self.spec.batch_size : (number + 1) * self.spec.batch_size]
            rate = self.spec.learning_rate * self.pace(self.done * self.steps + number)
            if not all(map(math.isfinite, self.step(self.rows.at(places), rate))):
                raise RunError(
                    f"training fails in epoch {self.done + 1}: the loss is no number any more",
                    hint="a smaller learning_rate, or a longer warmup",
                )
        self.done += 1

    def pace(self, step: int) -> float:
        """Return the share of the learning rate at a step: up in a line while warm-up lasts, then down."""
        total = self.spec.epochs * self.steps
        warm = round(self.spec.warmup * total)
        return min((step + 1) / max(1, warm), (total - step) / max(1, total - warm))

    def step(self, rows: Rows, rate: float) -> tuple[float, float]:
        """Take one step down the gradient of the weighted mean loss of these statements.

        Returns
        -------
        loss, norm
            The loss before the step, and the norm that its gradient had.
        """
        import torch

        for group in self.optimizer.param_groups:
            group["lr"] = rate
        device = self.network.device
        labels = torch.tensor(rows.labels, device=device)
        weight = torch.tensor(self.label_weights, dtype=torch.float32, device=device)
        self.optimizer.zero_grad()
        with torch.autocast(device, dtype=torch.bfloat16, enabled=self.spec.mixed_precision):
            logits = self.network.model(**self.network.batch(rows.texts)).logits
        loss = torch.nn.functional.cross_entropy(logits.float(), labels, weight=weight)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.weights.values(), LONGEST_GRADIENT)
        self.optimizer.step()
        return loss.item(), norm.item()

    def tensors(self) -> dict[str, Any]:
        """Return everything of model and optimiser that the next epoch builds on, by name."""
        out = named("model", self.network.copied())
        for name, weight in self.weights.items():
            for key, value in self.optimizer.state[weight].items():
                out[f"{key}/{name}"] = value
        return out

    def resume(self, tensors: Mapping[str, Any], done: int) -> None:
        """Go on from what :meth:`tensors` returned after epoch ``done``."""
        self.done = done
        self.network.put(under("model", tensors))
        for key in sorted({name.partition("/")[0] for name in tensors} - {"model", "best"}):
            for name, value in under(key, tensors).items():
                weight = self.weights[name]
                # the count of steps, a single number, stays on the processor
                self.optimizer.state[weight][key] = value.to(weight.device) if value.ndim else value


def named(prefix: str, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Return tensors with a prefix and a slash before their names."""
    return {f"{prefix}/{name}": value for name, value in tensors.items()}


def under(prefix: str, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tensors whose names have a prefix, without it."""
    start = f"{prefix}/"
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}
