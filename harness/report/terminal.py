"""Scores as tables in a terminal: legible at 80 columns, without colour and in ASCII."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from harness.probability_scores import BESIDE
from harness.records import Evaluation, Scores
from harness.report.agreement import agreement
from harness.report.dependence import leakage_table
from harness.report.facts import PARTIAL, sizes
from harness.report.grounds import EFFECTIVE
from harness.report.scores import comparison_tables, score_tables
from harness.report.seeds import seed_tables
from harness.report.sentence import sentence
from harness.report.tables import Section
from harness.report.usage import usage_table
from harness.report.voice import Voice

if TYPE_CHECKING:
    from rich.console import Console


def print_scores(scores: Scores, record_info: Mapping[str, str] | Path, console: Console) -> None:
    """Print scores, comparisons, leakage, agreement and usage, what they stand on, and where the files are.

    No line is longer than the console is wide, and nothing is said by colour alone. What the console's
    encoding lacks is printed in its nearest ASCII form.

    Parameters
    ----------
    scores : Scores
    record_info : mapping of str to str, or Path
        Printed last, one ``key: value`` a line; for a run's folder, the folder and its report.
    console : rich.console.Console
    """
    voice = Voice(console)
    if scores.partial:
        voice.say(PARTIAL, style="bold reverse")
    shown = _without_probability_scores(scores)
    brief = comparison_tables(scores, brief=True)
    first = score_tables(shown), seed_tables(shown)
    for section in (*first, brief, leakage_table(scores), agreement(scores), usage_table(scores)):
        if section is None or not section.tables:
            continue
        voice.say("")
        _say_section(voice, section, partial=scores.partial)
    voice.say("")
    voice.say(sentence(scores), style="bold")
    voice.say("")
    for note in scores.notes:
        voice.say(f"note: {note}")
    voice.say(", ".join(f"{name} {value}" for name, value in sizes(scores)) + f" ({EFFECTIVE})")
    voice.long("signature: ", scores.signature, "|")
    for key, value in (_files(record_info) if isinstance(record_info, Path) else record_info).items():
        voice.long(f"{key}: ", value, "/")
    if scores.partial:
        voice.say(PARTIAL, style="bold reverse")


def _without_probability_scores(scores: Scores) -> Scores:
    """Leave to the report what is there beside the configured metrics, for models with probabilities."""

    def kept(e: Evaluation) -> Evaluation:
        spread = {k: v for k, v in e.over_seeds.items() if k not in BESIDE}
        return replace(e, scores={k: v for k, v in e.scores.items() if k not in BESIDE}, over_seeds=spread)

    return replace(scores, evaluations=tuple(kept(e) for e in scores.evaluations))


def print_section(section: Section, console: Console) -> None:
    """Print one section of tables, such as a leaderboard."""
    _say_section(Voice(console), section, partial=False)


def _say_section(voice: Voice, section: Section, *, partial: bool) -> None:
    voice.say(section.title.upper(), style="bold")
    for table in section.tables:
        voice.table(table, partial=partial)
        voice.say("")
    voice.say(section.lead, style="dim")


def _files(folder: Path) -> dict[str, str]:
    report = folder / "report.html"
    return {"run": str(folder), **({"report": str(report)} if report.is_file() else {})}
