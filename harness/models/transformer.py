"""A pretrained transformer, fine-tuned on each training set to classify texts or pairs of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.digest import digest
from harness.environment import versions
from harness.models.hf.checkpoint import Checkpoint
from harness.models.hf.computing import reproducible, seed_torch
from harness.models.hf.early_stopping import held_out
from harness.models.hf.fine_tuning import fine_tune
from harness.models.hf.network import Network, probabilities
from harness.models.hf.spec import TransformerSpec
from harness.models.hf.training import Rows, Training, loss_weights
from harness.models.output import Constant, IntArray, Labeller, Output, TextLabeller
from harness.numbering import group_numbers, label_numbers
from harness.records import Example


class Transformer(TransformerSpec):
    """A pretrained model with a classification head, trained anew on each fold's statements.

    The head is the folder's own if it has one output for each label, else a new one. On the processor
    the same configuration gives the same bytes, and a training that was killed goes on from its last
    saved epoch to the same result. On a GPU both hold as far as torch has reproducible operations. Where
    all training statements have one label, that label is predicted.
    """

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> _Folds:
        """Begin work on the statements of a run."""
        self.ready()
        return _Folds(self, examples, names)

    def train(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> Labeller:
        """Train on labelled statements and their groups."""
        self.ready()
        checkpoint = self.checkpoint(examples, names, seed)
        labeller = self.trained(examples, names, seed, checkpoint)
        checkpoint.remove()
        return labeller

    def checkpoint(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> Checkpoint:
        """Return the checkpoint of one training."""
        rows = [[e.text, e.pair, e.label, e.group] for e in examples]
        what = [self.content(), versions(self.used_packages()), list(names), rows, seed]
        return Checkpoint(digest(what))

    def trained(
        self, examples: Sequence[Example], names: Sequence[str], seed: int, checkpoint: Checkpoint
    ) -> Labeller:
        """Train on labelled statements, from a checkpoint if it has anything."""
        labels = label_numbers(examples, names)
        if len(np.unique(labels)) == 1:
            return TextLabeller(Constant(int(labels[0]), len(names), certain=True))
        out = np.zeros(len(labels), dtype=bool)
        if self.early_stopping:
            groups = group_numbers(examples)
            out[held_out(labels, groups, self.early_stopping.share, seed)] = True
        device = self.ready()
        with reproducible(device, self.threads):
            seed_torch(device, seed)  # a new head is random
            network = self.loaded(device, len(names))
            rows = Rows([network.encoded(e.text, e.pair) for e in examples], labels)
            learnt, watched = rows.at(np.flatnonzero(~out)), rows.at(np.flatnonzero(out))
            weight = loss_weights(self.class_weight, names, learnt.labels)
            epoch = fine_tune(Training(self, network, learnt, weight, seed), watched, checkpoint)
        return _Trained(self, network, {"epochs": epoch} if self.early_stopping else None)

    def parts(self, labeller: Labeller) -> Mapping[str, Any] | None:
        """Take a labeller apart: the network's weights as arrays, or the one label that it always says."""
        if isinstance(labeller, TextLabeller) and isinstance(labeller.classifier, Constant):
            return {"constant": labeller.classifier.label}
        if not isinstance(labeller, _Trained):
            return None
        arrays = {name: weight.numpy() for name, weight in labeller.network.copied().items()}
        return {"chosen": labeller.chosen, **arrays}

    def restored(self, parts: Mapping[str, Any], names: Sequence[str]) -> Labeller:
        """Put a labeller together without training."""
        if "constant" in parts:
            if parts["constant"] not in range(len(names)):
                raise ValueError(f"the label {parts['constant']} is none of {len(names)}")
            return TextLabeller(Constant(parts["constant"], len(names), certain=True))
        device = self.ready()
        with reproducible(device, self.threads):
            network = self.loaded(device, len(names))
            network.put({name: value for name, value in parts.items() if name != "chosen"})
        return _Trained(self, network, parts["chosen"])


class _Folds:
    def __init__(self, model: Transformer, examples: Sequence[Example], names: Sequence[str]) -> None:
        self.model, self.examples, self.names = model, examples, names

    def fit_predict(self, train: IntArray, test: IntArray, seed: int) -> Output:
        """Train and predict; what was saved of the training goes when both are done."""
        rows = [self.examples[i] for i in train]
        checkpoint = self.model.checkpoint(rows, self.names, seed)
        labeller = self.model.trained(rows, self.names, seed, checkpoint)
        output = labeller.label([self.examples[i] for i in test])
        checkpoint.remove()
        return output


class _Trained:
    def __init__(self, model: Transformer, network: Network, chosen: dict[str, Any] | None) -> None:
        self.model, self.network, self.chosen = model, network, chosen

    def label(self, examples: Sequence[Example]) -> Output:
        """Predict the label of each statement's text, or pair of texts."""
        with reproducible(self.network.device, self.model.threads):
            logits = self.network.logits([self.network.encoded(e.text, e.pair) for e in examples])
        return Output(logits.argmax(axis=1), probabilities(logits), chosen=self.chosen)
