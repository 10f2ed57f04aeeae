"""The data card of an exported data set: a YAML header that ``datasets`` and the Hub read, then words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.export.material import Material
from harness.export.rows import FOLD_COLUMNS, Kind, columns

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
"""Upper bounds of the Hub's size categories."""
DEPENDENCE = (
    "Statements of one `group` depend on each other (reports of one utterance): never train on one and test "
    "on another. Purged statements were taken out of a training set for that reason."
)


def card(material: Material, sizes: Mapping[str, int]) -> str:
    """Return the text of ``README.md``; ``sizes`` are the rows of each split of the statements."""
    import yaml

    head = yaml.safe_dump(header(material, sizes), sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{head}---\n\n{_words(material, sizes)}"


def header(material: Material, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return the metadata: language, licence, task, size, and features and files of each configuration."""
    origin = material.origin
    out: dict[str, Any] = {"pretty_name": material.name}
    if origin.languages:
        out["language"] = list(origin.languages)
    if origin.rights:
        out |= {"license": "other", "license_name": "see-rights", "license_link": "README.md"}
    else:
        out["license"] = "unknown"
    out |= {
        "task_categories": ["text-classification"],
        "tags": ["stance-detection"],
        "size_categories": [size_category(len(material.examples))],
        "configs": [
            {
                "config_name": "default",
                "default": True,
                "data_files": [{"split": s, "path": f"data/{s}.parquet"} for s in sizes],
            },
            {"config_name": "folds", "data_files": [{"split": "folds", "path": "folds.parquet"}]},
        ],
        "dataset_info": [
            {"config_name": "default", "features": _features(columns(material), material.labels)},
            {"config_name": "folds", "features": _features(FOLD_COLUMNS, ())},
        ],
    }
    return out


def size_category(n: int) -> str:
    """Return the Hub's category of a number of rows, such as ``n<1K`` or ``1K<n<10K``."""
    names = ("1K", "10K", "100K", "1M", "10M")
    for i, bound in enumerate(SIZES):
        if n < bound:
            return f"n<{names[0]}" if i == 0 else f"{names[i - 1]}<n<{names[i]}"
    return f"n>{names[-1]}"


def _features(names: Mapping[str, Kind], labels: tuple[str, ...]) -> list[dict[str, Any]]:
    types: dict[Kind, Any] = {
        "text": "string",
        "whole": "int64",
        "number": "float64",
        "label": {"class_label": {"names": {str(i): label for i, label in enumerate(labels)}}},
    }
    return [{"name": name, "dtype": types[kind]} for name, kind in names.items()]


def _words(material: Material, sizes: Mapping[str, int]) -> str:
    origin = material.origin
    toward = f" toward {origin.target}" if origin.target else ""
    groups = len({e.group for e in material.examples})
    about = (
        f"{len(material.examples)} statements in {groups} groups, labelled by their stance{toward}. "
        f"`text` is what the configuration shows a model (`{material.input}`)."
    )
    parts = [
        f"# {material.name}",
        about,
        _label_table(material),
        "## Splits and folds",
        _divisions(material, sizes),
        DEPENDENCE,
        "## Rights",
        _rights(material),
    ]
    if origin.machine_translated:
        parts.append("The texts, or some of them, are machine translations.")
    parts.append(f"Written by `harness export`; data digest `{material.digest}`, see `export.json`.")
    return "\n\n".join(parts) + "\n"


def _label_table(material: Material) -> str:
    lines = ["| number | label | statements | definition |", "|---|---|---|---|"]
    for i, label in enumerate(material.labels):
        n = sum(e.label == label for e in material.examples)
        lines.append(f"| {i} | {label} | {n} | {material.origin.definitions.get(label, '')} |")
    return "\n".join(lines)


def _divisions(material: Material, sizes: Mapping[str, int]) -> str:
    if material.divided is not None:
        counted = ", ".join(f"{n} in `{name}`" for name, n in sizes.items())
        return f"The configuration divides the statements once: {counted}."
    listed = ", ".join(f"`fold_{split}`" for split in material.splits)
    return (
        "There is one split, `train`, with all statements. The number of the fold that tests a statement is "
        f"in {listed} (first repeat); every fold of every repeat, with both sides and what was purged, is in "
        "the configuration `folds`."
    )


def _rights(material: Material) -> str:
    if not material.origin.rights:
        return "The harness knows nothing of the licence of these data: ask where they come from."
    return "\n".join(
        f"- {said or 'nothing stated'}: {', '.join(articles)}"
        for said, articles in material.origin.rights.items()
    )
