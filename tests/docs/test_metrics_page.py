"""docs/metrics.md says what the table of metrics and the types' parameters say."""

import pytest
import yaml

from harness.catalogue import rows
from harness.distribution_scores import AGAINST_DISTRIBUTIONS, DISTANCES
from harness.metric_types import TYPES, spec_of
from harness.metrics import METRICS
from harness.probability_scores import BESIDE, SCORES


@pytest.fixture(scope="module")
def page(project):
    return (project / "docs" / "metrics.md").read_text(encoding="utf-8")


def test_the_page_lists_exactly_the_metrics_of_the_table_with_their_edges(page):
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    expected = [
        f"| `{m.name}` | {m.title} | {m.low:g} to {m.high:g} | {m.undefined_when} |" for m in METRICS.values()
    ]
    assert [line.rpartition("|")[0].rpartition("|")[0] + "|" for line in lines] == expected
    assert all(line.rpartition("|")[0].rpartition("|")[2].strip() for line in lines), "each has a source"


def test_the_page_lists_the_scores_beside_the_configured_ones_with_their_ranges(page):
    section = page.split("## Beside the configured metrics")[1].split("###")[0]
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if " | `" in line]
    named = {name.strip("`"): span for _, name, span, _ in cells}
    assert tuple(named) == (*BESIDE, *AGAINST_DISTRIBUTIONS)
    for name, (_, low, high) in {**SCORES, **DISTANCES}.items():
        assert named[name] == f"{low:g} to {'infinity' if high == float('inf') else f'{high:g}'}"


def test_the_page_has_every_type_and_parameter(page):
    for name, cls in TYPES.items():
        heading = next(line for line in page.splitlines() if line.startswith("### ") and f"`{name}`" in line)
        section = page.split(heading)[1].split("\n## ")[0]
        for key, field in cls.model_fields.items():
            said = field.alias or key
            assert f"`{said}" in section or key in ("name", "over", "type", "function", "low", "high")


def test_the_example_of_the_page_is_a_valid_list_of_metrics(page):
    example = yaml.safe_load(page.split("```yaml\n")[1].split("```")[0])
    for entry in example["evaluation"]["metrics"]:
        assert entry in METRICS if isinstance(entry, str) else spec_of(entry).name == entry["name"]


def test_the_list_of_metrics_has_the_types(page):
    assert [name for name, _ in rows("metrics")] == [*METRICS, *TYPES]
