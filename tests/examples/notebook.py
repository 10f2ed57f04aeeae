"""The notebooks of examples/ are executed, and what they store is what their cells give.

    python -m tests.examples.notebook [NOTEBOOK...]

executes them and stores their outputs: run it after a change that they show.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
"""That a cell may take on a busy machine."""


def notebooks() -> list[Path]:
    """Return the notebooks of the project."""
    return sorted((ROOT / "examples").glob("*.ipynb"))


def executed(path: Path) -> Any:
    """Return a notebook with the outputs that its cells give now; it is not written."""
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=SECONDS, kernel_name="python3", record_timing=False).execute()
    for cell in book.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    return book


def texts(book: Any) -> Iterator[tuple[str, str]]:
    """Yield the source of each code cell with what it prints and shows as plain text."""
    for cell in book.cells:
        if cell.cell_type == "code":
            shown = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.outputs]
            yield cell.source, "\n".join(shown)


def main(names: list[str]) -> None:
    """Execute notebooks and store their outputs."""
    import nbformat

    for path in map(Path, names) if names else notebooks():
        nbformat.write(executed(path), path)
        print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
