"""What a report says besides its numbers: sizes, the manifest's essentials, how to cite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.records import Scores
from harness.report.digits import counted, decimal
from harness.report.grounds import grounds

GROUNDS = "What these figures rest on"
PARTIAL = "PARTIAL RUN: only some of the statements were used. These are not the benchmark's numbers."
_BULKY = {
    *("schema", "config", "identity", "examples", "pools", "labels", "folds", "signature", "partial"),
    "grounds",  # said in words
}
_LONGEST = 300
_WORDS = {"None": "none", "True": "yes", "False": "no"}


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything of a report that is no score.

    ``sizes`` and ``manifest`` are pairs of a name and a text; ``grounds`` are sentences on what the figures
    rest on.
    """

    name: str
    sizes: tuple[tuple[str, str], ...]
    manifest: tuple[tuple[str, str], ...]
    citation: str
    config_yaml: str
    grounds: tuple[str, ...] = ()


def sizes(scores: Scores) -> tuple[tuple[str, str], ...]:
    """Return how much the scores stand on; the effective n counts groups by how even they are."""
    return (
        ("statements", f"{scores.n:,}"),
        ("groups", f"{scores.n_groups:,}"),
        *([("articles", f"{scores.n_articles:,}")] if scores.n_articles else ()),
        ("effective n", decimal(scores.n_effective, 1)),
    )


def facts(scores: Scores, name: str, config_yaml: str, manifest: Mapping[str, Any]) -> Facts:
    """Return the facts of a run; all times are the manifest's own."""
    return Facts(
        name=name,
        sizes=sizes(scores),
        manifest=tuple(_essentials(manifest)),
        citation=_citation(scores, name, manifest),
        config_yaml=config_yaml,
        grounds=grounds(scores, manifest),
    )


def _essentials(manifest: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the short entries of a manifest, nested names joined by a dot; bulk stays in the file."""
    for key, value in manifest.items():
        if not prefix and key in _BULKY:
            continue
        if isinstance(value, Mapping):
            yield from _essentials(value, f"{prefix}{key}.")
        elif isinstance(value, list | tuple):
            if all(isinstance(v, str | int | float) for v in value) and len(value) <= 12:
                yield f"{prefix}{key}", ", ".join(map(str, value))
        elif len(str(value)) <= _LONGEST:
            yield f"{prefix}{key}", _WORDS.get(str(value), str(value))


def _citation(scores: Scores, name: str, manifest: Mapping[str, Any]) -> str:
    version = dict(part.partition(":")[::2] for part in scores.signature.split("|")).get("version", "")
    when = next(
        (str(manifest[k])[:10] for k in ("finished", "created", "started", "time") if manifest.get(k)), ""
    )
    on = f" on {when}" if when else ""
    version = f" {version}" if version else ""
    size = counted(scores.n, "statement")
    size += f" in {counted(scores.n_articles, 'article')}" if scores.n_articles else ""
    return (
        f"Computed with stance-harness{version}{on} from the configuration '{name}' ({size}). Cite the "
        "software as its CITATION.cff says and the data as their datasheet says, and print the signature "
        "beside every score: scores with different signatures are not comparable."
    )
