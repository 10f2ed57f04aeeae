"""The specification of a transformer that is fine-tuned: how its trainings go."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from harness.errors import InputError
from harness.inputs import template_of, template_parts
from harness.models.class_weight import WeightField
from harness.models.hf.early_stopping import EarlyStopping
from harness.models.hf.keys import PretrainedModel


class TransformerSpec(PretrainedModel):
    """The parameters of fine-tuning; :class:`harness.models.transformer.Transformer` trains by them."""

    summary: ClassVar[str] = "a pretrained transformer, fine-tuned in each fold"
    silent: ClassVar[tuple[str, ...]] = (*PretrainedModel.silent, "save_every")
    type: Literal["transformer"] = "transformer"
    pair: Annotated[
        str | None,
        Field(description="preset or {template} of a second text; the model then reads input and pair"),
    ] = None
    epochs: Annotated[int, Field(ge=1, le=10_000, description="times each statement is seen")] = 5
    batch_size: Annotated[int, Field(ge=1, description="statements a step")] = 16
    learning_rate: Annotated[float, Field(gt=0, description="largest rate, at the end of the warm-up")] = 2e-5
    weight_decay: Annotated[float, Field(ge=0, description="of AdamW, on matrices alone")] = 0.01
    warmup: Annotated[
        float, Field(ge=0, lt=1, description="share of the steps in which the rate rises; then it falls to 0")
    ] = 0.1
    class_weight: WeightField = None
    early_stopping: Annotated[
        EarlyStopping | None,
        Field(description="hold groups out of each training set and keep the best epoch"),
    ] = None
    mixed_precision: Annotated[bool, Field(description="train in bfloat16 where that is safe")] = False
    save_every: Annotated[
        float, Field(ge=0, description="seconds of training that a kill may cost, besides the epoch in hand")
    ] = 60.0

    @field_validator("pair")
    @classmethod
    def _is_a_template(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                template_parts(template_of(value))
            except InputError as error:
                raise ValueError(f"{error.message} ({error.hint})") from None
        return value

    @property
    def second_input(self) -> str | None:
        """The template of the second text, or None."""
        return self.pair
