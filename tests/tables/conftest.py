"""Small invented tables in every format, and the configurations that read them."""

import json

import pytest

from harness.config import load_config
from harness.errors import HarnessError, ProblemsError
from harness.plan import loaded

ROWS = (
    ("1", "Church", "praise be, it’s good", "FAVOR"),
    ("2", "Church", "no more sermons", "AGAINST"),
    ("3", "Climate", "the ice melts, act", "FAVOR"),
    ("4", "Climate", "café weather today", "NONE"),
)
COLUMNS = {"text": "Tweet", "target": "Target", "label": "Stance", "id": "ID"}
HEADER = ("ID", "Target", "Tweet", "Stance")


def csv_text(rows=ROWS, header=HEADER, delimiter=","):
    """Return a table in which every cell is quoted."""
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in (header, *rows)]
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture
def read(tmp_path):
    """Load what a ``data:`` section says; files lie beside the configuration."""

    def call(**data):
        settings = {
            "name": "t",
            "seed": 1,
            "data": {"columns": COLUMNS, **data},
            "splits": ["leave-one-group-out"],
            "models": {"majority": "majority"},
        }
        path = tmp_path / "t.yaml"
        path.write_text(json.dumps(settings), encoding="utf-8")
        return loaded(load_config(path))

    return call


@pytest.fixture
def refused(read, tmp_path):
    """Load what must fail; return the problems as (file, line, code, message), or the one message."""

    def call(**data):
        with pytest.raises(HarnessError) as error:
            read(**data)
        if not isinstance(error.value, ProblemsError):
            return str(error.value).replace(f"{tmp_path}/", "")
        return [
            (
                p.place.path.replace(f"{tmp_path}/", ""),
                p.place.line,
                p.code,
                p.message.replace(f"{tmp_path}/", ""),
            )
            for p in error.value.problems
        ]

    return call
