"""Wrong values for a field, by what the field holds; and JSON files with one of them in its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

Step = str | int
DEEP: Any = "x"
for _ in range(200):
    DEEP = [DEEP]
HUGE, FAR = 2**70, 10**400
ABSENT = object()
WRONG: dict[str, tuple[Any, ...]] = {
    "text": (ABSENT, None, 0, True, [], {}, DEEP),
    "text or null": (ABSENT, 0, True, [], {}),
    "whole": (ABSENT, None, "1", 1.5, True, [], {}, -1, HUGE, FAR),
    "list of text": (ABSENT, None, "a", 1, [1], [None], {}, [[]]),
    "list": (ABSENT, None, "a", 1, True),
    "mapping": (ABSENT, None, "a", 1, []),
    "spans": (ABSENT, None, "a", {}, [1], [{}], [None], [[0, 5]]),
    "truth": (ABSENT, None, 0, "no", []),
}
"""Values that no field of this kind can have."""


def said(value: Any) -> str:
    """Return a short name of a value."""
    if value is ABSENT:
        return "absent"
    if value is DEEP:
        return "200 brackets deep"
    text = json.dumps(value)
    return text if len(text) < 30 else f"{text[:12]}... ({len(text)} characters)"


def changed(data: Any, path: Sequence[Step], value: Any) -> Any:
    """Return a JSON value with one of its parts replaced or taken away."""
    if not path:
        return value
    out = dict(data) if isinstance(data, dict) else list(data)
    head, rest = path[0], path[1:]
    if not rest and value is ABSENT:
        del out[head]
    else:
        out[head] = changed(out[head], rest, value)
    return out


def in_json(file: str, path: Sequence[Step], value: Any) -> Callable[[Path], None]:
    """Change one part of a JSON file."""

    def spoil(root: Path) -> None:
        data = json.loads((root / file).read_text(encoding="utf-8"))
        (root / file).write_text(json.dumps(changed(data, path, value), indent=1), encoding="utf-8")

    return spoil


def in_line(file: str, line: int, path: Sequence[Step], value: Any) -> Callable[[Path], None]:
    """Change one part of the object on a line (1-based) of a file of JSON lines."""

    def spoil(root: Path) -> None:
        lines = (root / file).read_text(encoding="utf-8").split("\n")
        made = changed(json.loads(lines[line - 1]), path, value)
        lines[line - 1] = json.dumps(made, ensure_ascii=False)
        (root / file).write_text("\n".join(lines), encoding="utf-8")

    return spoil


def wrong_values(kinds: dict[tuple[Step, ...], str]) -> Iterator[tuple[str, tuple[Step, ...], Any]]:
    """Yield a name, the path and a wrong value for each field and each value that it cannot have."""
    for path, kind in kinds.items():
        for value in WRONG[kind]:
            yield f"{'.'.join(map(str, path))} is {said(value)}", path, value
