"""The keys that every model on a pretrained transformer has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, field_validator

from harness.errors import InputError
from harness.models.base import Model
from harness.models.hf.computing import Device, device_of
from harness.models.hf.network import Network
from harness.models.search import Tuning
from harness.pretrained import PACKAGE, anchored, located


class PretrainedModel(Model):
    """A model that starts from the files of a pretrained transformer.

    Nothing is downloaded. Whether a Hugging Face id is in the local cache, and whether the extra is
    installed, is found out when the first fold needs them: a configuration is sound without either.
    A fold's fingerprint knows the weights by their content and has the device that computes, so
    that neither a retrained folder nor a GPU's last digits are taken for what was computed before.
    """

    packages: ClassVar[tuple[str, ...]] = ("numpy", "torch", "transformers", "tokenizers")
    told_by: ClassVar[str] = "model"
    extra: ClassVar[str | None] = "transformers"
    modules: ClassVar[tuple[str, ...]] = ("torch", "transformers", "safetensors")
    own_workers: ClassVar[bool] = True  # one model fills a GPU, and a copy for each process fills memory
    silent: ClassVar[tuple[str, ...]] = ("model", "revision", "device")
    """Keys that fingerprints leave out, or know by their content."""
    model: Annotated[
        str,
        Field(min_length=1, description="a model folder, a Hugging Face id in the cache, or package:NAME"),
    ]
    revision: Annotated[
        str | None, Field(description="branch, tag or commit of a Hugging Face id; null: what the cache has")
    ] = None
    max_length: Annotated[
        int, Field(ge=8, description="tokens of a text or pair that are read; the rest is cut")
    ] = 256
    device: Annotated[Device, Field(description="auto: a GPU where there is one")] = "auto"
    threads: Annotated[int, Field(ge=1, le=1024, description="of the processor, however many it has")] = 1

    @field_validator("tune")
    @classmethod
    def _tunes_no_weights(cls, value: Tuning | None) -> Tuning | None:
        refused = sorted(set(cls.silent) & set(value.grid)) if value else []
        if refused:
            raise ValueError(f"'{refused[0]}' cannot be tuned; give each value a model of its own")
        return value

    def knows(self) -> str:
        """Say that nobody here knows what it read in pretraining."""
        return "was pretrained on texts that are not listed here and may hold these statements"

    def verify(self) -> None:
        """Refuse a folder or package without a model."""
        if self.local:
            located(self.model, self.revision)

    def resolved(self, path: Callable[[str, str], str]) -> Self:
        """Make the path of a model folder absolute."""
        return self.model_copy(update={"model": anchored(self.model, lambda p: path("model", p))})

    def content(self) -> Any:
        """Identify the model by its parameters, the content of its weights, and the device."""
        said = {key: value for key, value in super().content().items() if key not in self.silent}
        return {**said, "weights": self.weights(), "device": self.place()}

    @property
    def local(self) -> bool:
        """Whether the model is named by a path or a package, not by a Hugging Face id."""
        return self.model.startswith(PACKAGE) or Path(self.model).is_absolute()

    def weights(self) -> dict[str, str]:
        """Return what identifies the weights: for an id that is not in the cache, what is asked for."""
        try:
            return dict(located(self.model, self.revision).identity)
        except InputError:
            if self.local:
                raise
            return {"hub": self.model, "commit": self.revision or "main"}

    def place(self) -> str:
        """Return the device that computes; what is asked for where that is not there."""
        try:
            return device_of(self.device)
        except (ImportError, InputError):
            return self.device

    def folder(self) -> Path:
        """Return the folder of the model's files; without one, the error's hint says how to get one."""
        return located(self.model, self.revision).folder

    def ready(self) -> str:
        """Return the device that computes, as soon as everything is there that computing needs.

        Raises
        ------
        InputError
            The extra is not installed, the device is not there, or the model's files are not.
        """
        self.verify_installed()
        self.folder()
        return device_of(self.device)

    def loaded(self, device: str, n_labels: int | None = None) -> Network:
        """Load the model onto a device; for ``n_labels`` see :class:`Network`."""
        return Network(self.folder(), device, self.max_length, n_labels)
