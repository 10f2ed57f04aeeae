"""docs/architecture.md and its drawing name the modules and functions that there are."""

import re
from importlib import import_module

from tests.test_layers import ORDER, PACKAGE

WAY = {
    "load_config": "config",
    "make_plan": "plan",
    "execute": "runner",
    "score_record": "scoring",
    "write_reports": "report",
}
"""The arrows of the drawing, and the module of what each gives."""
BESIDES = {"configs/", "seeds/", "tables"}
"""What the drawing names that is no module: folders of a benchmark, and the tables in them."""


def test_the_table_of_layers_names_every_module_and_no_other(project):
    text = (project / "docs" / "architecture.md").read_text(encoding="utf-8")
    layers = text.partition("## Layers")[2].partition("## Decisions")[0]
    rows = [line.split("|")[1] for line in layers.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+/?)`", row)]
    modules = [m for m in ORDER if not m.startswith("__")]
    assert sorted(named) == sorted(f"{m}/" if (PACKAGE / m).is_dir() else m for m in modules)


def test_the_drawing_of_the_way_through_names_functions_and_modules_that_exist(project):
    drawing = (project / "docs" / "images" / "way-through.svg").read_text(encoding="utf-8")
    texts = re.findall(r'<text class="([sl])"[^>]*>([^<]+)<', drawing)
    assert set(WAY) <= {text for kind, text in texts if kind == "l"}
    for function, module in WAY.items():
        assert callable(getattr(import_module(f"harness.{module}"), function))
    places = {name for kind, text in texts if kind == "s" for name in text.split(", ")}
    found = {f"{m}/" if (PACKAGE / m).is_dir() else m for m in ORDER}
    assert places - BESIDES <= found
    assert {f"{m}/" if (PACKAGE / m).is_dir() else m for m in WAY.values()} <= places
