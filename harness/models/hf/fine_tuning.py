"""Fine-tuning from the first epoch, or the first after an interruption, to the last or to early stopping."""

from __future__ import annotations

import time

from harness.models.hf.checkpoint import Checkpoint
from harness.models.hf.early_stopping import BestEpoch, rank_of
from harness.models.hf.training import Rows, Training, named, under


def fine_tune(training: Training, watched: Rows, checkpoint: Checkpoint) -> int:
    """Train to the end, from where a checkpoint says that it was left.

    Parameters
    ----------
    training : Training
        Its network is trained in place.
    watched : Rows
        What early stopping looks at; with nothing in it every epoch is done and the last one stays.
    checkpoint : Checkpoint
        Renewed after an epoch if ``save_every`` seconds have passed; not removed.

    Returns
    -------
    int
        The epoch, from 1, whose weights the network now has.

    Raises
    ------
    RunError
        The loss is no number any more.
    """
    spec, network, best = training.spec, training.network, BestEpoch()
    stopping = spec.early_stopping if watched.texts else None
    saved = checkpoint.load()
    if saved is not None:
        tensors, facts = saved
        training.resume(tensors, facts["done"])
        best = BestEpoch(**facts["best"], weights=under("best", tensors))
    clock = time.monotonic()
    while training.done < spec.epochs and not (stopping and best.waited >= stopping.patience):
        training.epoch()
        if stopping:
            logits = network.logits(watched.texts)
            rank = rank_of(logits, watched.labels, training.label_weights, stopping.metric)
            best.sees(training.done, rank, network.copied)
        if time.monotonic() - clock >= spec.save_every:
            facts = {"done": training.done, "best": best.facts()}
            checkpoint.save({**training.tensors(), **named("best", best.weights)}, facts)
            clock = time.monotonic()
    if stopping:
        network.put(best.weights)
    return best.epoch or training.done
