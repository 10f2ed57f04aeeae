"""What ``harness annotate add`` prints."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from harness.annotate.articles.adding import Added, Ask
from harness.annotate.articles.details import UNKNOWN_LANGUAGE, Details, asked


def asker() -> Ask | None:
    """Return what asks a person for details; None where stdin is no terminal, so that nothing waits."""
    if not sys.stdin.isatty():
        return None

    def ask(path: Path, details: Details) -> Details:
        import typer

        typer.echo(f"{path}:")
        return asked(
            details, lambda question: str(typer.prompt(f"  {question}", default="", show_default=False))
        )

    return ask


def added_text(new: Added) -> str:
    """Say what was added, what was changed on the way, and what is not known."""
    entry = new.entry
    size = f"{len(new.frozen.text):,} characters"
    lines = [f"added {new.id}: {size}, sha256 {entry['sha256'][:12]}… -> seeds/{new.id}.txt"]
    lines += [f"  changed: {change}" for change in new.frozen.changes or ("nothing",)]
    known = [
        f"{name} {entry[name]}" for name in ("title", "outlet", "date", "language") if _known(entry[name])
    ]
    known.append("machine-translated" if entry["machine_translated"] else "not machine-translated")
    lines.append(f"  recorded: {', '.join(known)}")
    gaps = [name for name, value in entry.items() if not isinstance(value, bool) and not _known(value)]
    if gaps:
        lines.append(f"  not known: {', '.join(gaps)}; mend it in seeds/articles.yaml")
    return "\n".join(lines)


def _known(value: str | None) -> bool:
    return bool(value) and value != UNKNOWN_LANGUAGE


def warning_lines(made: Sequence[Added]) -> list[str]:
    """Return one line for each thing to be wary of."""
    return [f"warning: {new.id}: {text}" for new in made for text in new.warnings]
