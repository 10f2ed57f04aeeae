"""A language model as a model of a configuration: what it is trained with, and its sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from harness.models.llm.session import Asker, LlmSession, Shown, shots_of
from harness.models.llm.shots import drawn
from harness.models.llm.spec import LlmSpec
from harness.models.output import Labeller
from harness.records import Example


class Llm(LlmSpec):
    """A language model behind an OpenAI-compatible endpoint (chat completions).

    Address and key are read from the environment when a request is about to be sent. Neither is
    kept anywhere, so a service is known by ``endpoint``: give each its own name, or replies of one will be
    taken for the other's. Every reply is kept under the digest of its request, so nothing is asked twice,
    by no fold and by no run, ``--fresh`` or not; another ``sample`` asks anew. A reply that is not exactly
    a label is recorded as it is and counts as wrong.

    With ``shots``, labelled statements of the training set stand in the prompt: at most one of a group,
    spread over the labels, drawn with the fold's seed. Intervals take the predictions as fixed; with
    ``mode: trained`` each of the re-runs behind an interval asks for all its prompts.
    """

    def train(self, examples: Sequence[Example], names: Sequence[str], seed: int) -> Labeller:
        """Draw the statements that prompts show; nothing is learnt, and nothing asked yet."""
        return Shown(Asker(self, names), shots_of(drawn(examples, self.shots, seed)))

    def parts(self, labeller: Labeller) -> Mapping[str, Any] | None:
        """Return the statements that prompts show."""
        return {"shots": [dict(s) for s in labeller.shots]} if isinstance(labeller, Shown) else None

    def restored(self, parts: Mapping[str, Any], names: Sequence[str]) -> Shown:
        """Return what asks with these statements in its prompts."""
        return Shown(Asker(self, names), [{k: str(s[k]) for k in ("text", "label")} for s in parts["shots"]])

    def start(self, examples: Sequence[Example], names: Sequence[str]) -> LlmSession:
        """Begin work on the statements of a run; folds share connections and replies."""
        return LlmSession(self, examples, names)
