"""What a prompt may show besides the statement: labels with their definitions, the target, the codebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.errors import InputError, did_you_mean
from harness.textfile import read_text
from harness.yamlfile import read_yaml


class _Label(BaseModel):
    model_config = ConfigDict(strict=True)
    name: str
    definition: Annotated[str, Field(min_length=1)]


class Definitions(BaseModel):
    """What a prompt takes from a corpus's scheme; the rest of that file is for annotators."""

    model_config = ConfigDict(strict=True)
    target: str | None = None
    labels: Annotated[list[_Label], Field(min_length=1)]


def read_definitions(path: Path) -> Definitions:
    """Read target and labels of a scheme; raise `InputError` with file and line where it is wrong."""
    file = read_yaml(path)
    try:
        return Definitions.model_validate(file.data)
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        where = ".".join(map(str, item["loc"]))
        hint = "a scheme, such as annotations/scheme.yaml: labels with name and definition"
        raise InputError(f"{where}: {item['msg']}", place=file.place(tuple(item["loc"])), hint=hint) from None


def shown(
    names: Sequence[str], scheme: Path | None, codebook: Path | None, *, structured: bool
) -> dict[str, Any]:
    """Return what every prompt of a model shows.

    Parameters
    ----------
    names : sequence of str
        The labels of the data; empty where the data are not known yet: then the scheme's, or two made up.
    scheme, codebook : Path or None
        Files; what is not given is null in the template.
    structured : bool
        Whether the reply is to be JSON.

    Raises
    ------
    InputError
        A file is missing or damaged, or the scheme does not define a label.
    """
    read = None if scheme is None else read_definitions(scheme)
    known = {} if read is None else {label.name: label.definition for label in read.labels}
    for name in names:
        if read is not None and name not in known:
            hint = did_you_mean(name, known)
            raise InputError(f"the scheme does not define the label '{name}'", place=scheme, hint=hint)
    return {
        "labels": tuple({"name": n, "definition": known.get(n)} for n in names or known or ("one", "other")),
        "target": None if read is None else read.target,
        "codebook": None if codebook is None else read_text(codebook).strip(),
        "structured": structured,
    }
