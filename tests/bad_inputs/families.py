"""The families of cases."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bad_inputs import (
    annotations,
    configs,
    corpora,
    exchange,
    large,
    predictions,
    runs,
    statements,
    tables,
)
from tests.bad_inputs.case import Case

FAMILIES = (configs, corpora, annotations, predictions, tables, exchange, statements, runs, large)


def all_cases() -> Iterator[Case]:
    """Yield every case, family by family."""
    for family in FAMILIES:
        yield from family.cases()
