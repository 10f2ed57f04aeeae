"""The specification of a language model: which one, what it is asked, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator

from harness.digest import sha256
from harness.errors import InputError
from harness.models.base import Model
from harness.models.llm.price import Price
from harness.models.llm.prompt import SHIPPED, Prompt, read_prompt
from harness.models.llm.shown import shown
from harness.records import Example, Mode
from harness.textfile import read_text

FILES = ("prompt", "codebook", "scheme")
OWN = ("model", "messages", "temperature", "seed", "max_tokens", "response_format", "stream", "n")
"""Fields of a request that ``options`` cannot set."""
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


class LlmSpec(Model):
    """The parameters of a language model; what it does with them is :class:`harness.models.llm.model.Llm`."""

    summary: ClassVar[str] = "a language model behind an OpenAI-compatible endpoint, zero- or few-shot"
    packages: ClassVar[tuple[str, ...]] = ("numpy", "jinja2")
    default_mode: ClassVar[Mode] = "fixed"
    extra: ClassVar[str | None] = "llm"
    modules: ClassVar[tuple[str, ...]] = ("openai",)
    own_workers: ClassVar[bool] = True
    type: Literal["llm"] = "llm"
    model: Annotated[str, Field(min_length=1, description="the model's name, as the service knows it")]
    endpoint: Annotated[
        str | None,
        Field(
            description="a name of yours for the service, kept in place of its address; null: base_url_env"
        ),
    ] = None
    base_url_env: Annotated[str, Field(description="environment variable that holds the address")] = (
        "OPENAI_BASE_URL"
    )
    key_env: Annotated[str, Field(description="environment variable that holds the key")] = "OPENAI_API_KEY"
    prompt: Annotated[
        str | None, Field(description="a Jinja2 template, relative to this file; null for the shipped one")
    ] = None
    codebook: Annotated[
        str | None, Field(description="a text file that the prompt shows whole, relative to this file")
    ] = None
    scheme: Annotated[
        str | None,
        Field(description="the corpus's scheme.yaml, whose target and definitions the prompt shows"),
    ] = None
    shots: Annotated[
        int, Field(ge=0, le=200, description="labelled training statements that the prompt shows")
    ] = 0
    structured: Annotated[
        bool, Field(description="ask for JSON by a schema; false: for the bare name of a label")
    ] = True
    temperature: Annotated[float | None, Field(ge=0, le=2, description="null: not sent")] = 0.0
    seed: Annotated[int | None, Field(description="for services that take one; null: not sent")] = None
    max_tokens: Annotated[int | None, Field(ge=1, description="longest reply; null: not sent")] = 256
    options: Annotated[
        dict[str, Any],
        Field(description="further fields of the request, such as {reasoning_effort: low}"),
    ] = {}
    sample: Annotated[
        int, Field(ge=0, description="another number asks the same requests anew, to see how replies vary")
    ] = 0
    concurrency: Annotated[int, Field(ge=1, le=100, description="requests under way at a time")] = 8
    timeout: Annotated[float, Field(gt=0, description="seconds to wait for a reply")] = 60.0
    retries: Annotated[
        int, Field(ge=0, le=100, description="times to send a request again after a fault that may pass")
    ] = 5
    price: Annotated[Price | None, Field(description="null: the report says tokens and no cost")] = None

    @field_validator("options")
    @classmethod
    def _not_its_own(cls, value: dict[str, Any]) -> dict[str, Any]:
        for key in value:
            if key in OWN:
                raise ValueError(f"'{key}' cannot be one of the options")
        return value

    @property
    def service(self) -> str:
        """The name that stands for the service in fingerprints and digests."""
        return self.endpoint or self.base_url_env

    def read_prompt(self, names: Sequence[str] = ()) -> Prompt:
        """Read the template and everything that it shows; see :func:`harness.models.llm.shown.shown`."""
        scheme, codebook = (None if p is None else Path(p) for p in (self.scheme, self.codebook))
        needs = ["examples"] * (self.shots > 0) + ["codebook"] * (codebook is not None)
        what = shown(names, scheme, codebook, structured=self.structured)
        return read_prompt(Path(self.prompt) if self.prompt else SHIPPED, what, needs=needs)

    @property
    def seeded(self) -> bool:
        """Whether anything is drawn: which statements a prompt shows."""
        return self.shots > 0

    def knows(self) -> str:
        """Say that nobody here knows what it read in pretraining."""
        return (
            "was pretrained on texts that are not listed here and may hold these statements or their labels"
        )

    def verify(self) -> None:
        """Find out whether the template and the files that it shows are there.

        Whether the environment names a service shows when one is asked: checking or scoring needs none.
        """
        for key in ("base_url_env", "key_env"):
            if not _VARIABLE.fullmatch(getattr(self, key)):  # not shown: it may be the key itself
                hint = "the variable's name, in capitals, such as OPENAI_API_KEY; never what it holds"
                raise InputError(f"{key} is not the name of an environment variable", hint=hint)
        self.read_prompt()

    def verify_data(self, examples: Sequence[Example], names: Sequence[str]) -> None:
        """Compare the scheme's labels with the data's."""
        self.read_prompt(names)

    def resolved(self, path: Callable[[str, str], str]) -> Self:
        """Make the paths of template, codebook and scheme absolute, also where they are tuned."""
        return self._with_files(lambda key, value: None if value is None else path(key, value))

    def content(self) -> Any:
        """Identify the model by what its requests say and cost, not by how they are sent."""
        how = {"input", "mode", "base_url_env", "key_env", "endpoint", "concurrency", "timeout", "retries"}
        kept = self._with_files(_digest).model_dump(mode="json", by_alias=True, exclude=how)
        return {"version": self.version, **kept, "service": self.service}

    def _with_files(self, change: Callable[[str, str | None], str | None]) -> Self:
        """Return a copy with another value for every key that names a file."""
        update: dict[str, Any] = {key: change(key, getattr(self, key)) for key in FILES}
        if self.tune is not None:
            grid = {
                key: [change(key, v) if isinstance(v, str | None) else v for v in values]
                if key in FILES and isinstance(values, list)
                else values
                for key, values in self.tune.grid.items()
            }
            update["tune"] = self.tune.model_copy(update={"grid": grid})
        return self.model_copy(update=update)


def _digest(key: str, path: str | None) -> str | None:
    """Return the digest of what a file says; the shipped template is a file like others."""
    path = str(SHIPPED) if path is None and key == "prompt" else path
    return None if path is None else sha256(read_text(Path(path)).encode("utf-8"))
