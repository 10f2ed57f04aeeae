"""Language models behind any OpenAI-compatible endpoint: prompt, request, reply, and what it used."""

from harness.models.llm.model import Llm

__all__ = ["Llm"]
