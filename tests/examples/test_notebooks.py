"""Every notebook is executed for real, and what it stores is what its cells give."""

import json

import pytest

from tests.docs.executed import alike
from tests.examples.notebook import executed, notebooks, texts

pytest.importorskip("nbclient", reason="needs the extra dev")
pytest.importorskip("ipykernel", reason="needs the extra dev")


def test_there_is_a_notebook():
    assert [path.name for path in notebooks()] == ["quickstart.ipynb"]


@pytest.mark.slow
@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.name)
def test_every_cell_works_and_gives_what_the_notebook_shows(path):
    """A cell that fails ends the execution; versions of packages change digests and nothing else."""
    import nbformat

    stored = nbformat.read(path, as_version=4)
    found = executed(path)
    for (source, said), (_, shown) in zip(texts(found), texts(stored), strict=True):
        assert alike(said) == alike(shown), f"{source}\n\npython -m tests.examples.notebook"


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.name)
def test_a_notebook_stores_its_outputs_in_order_without_errors_or_places_of_a_machine(path):
    book = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output["output_type"] for cell in cells for output in cell["outputs"]}
    assert kinds == {"execute_result", "display_data", "stream"}
    assert "image/png" in json.dumps([cell["outputs"] for cell in cells])
    for place in ("/tmp", "/home", "/root", "/work", "Users"):
        assert place not in json.dumps(cells)
