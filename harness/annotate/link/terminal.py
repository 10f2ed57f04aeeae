"""``harness annotate link``: pairs on the terminal, one question each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.annotate.answers import STOP, answer, on_terminal
from harness.annotate.link.grouping import Pair, link, obstacle, propose, statements_of
from harness.annotate.link.similarity import NGRAMS, Similarity, least
from harness.annotate.unfinished import load_unfinished


def link_command(
    root: Path,
    annotator: str,
    similarity: Similarity = NGRAMS,
    *,
    threshold: float | None = None,
    yes: bool = False,
    only_list: bool = False,
) -> None:
    """List, ask about or join the pairs of an annotator's statements.

    Parameters
    ----------
    root : Path
        The corpus folder.
    annotator : str
        An annotator's name, or ``gold``.
    similarity : Similarity
        Compares the statements' contents.
    threshold : float in [0, 1], optional
        Least similarity. Without it those that ``similarity`` asks for; with ``yes``, that which is sure.
    yes, only_list : bool
        Join all; only show.
    """
    statements = statements_of(load_unfinished(root), annotator)
    same, other = least(similarity, threshold, sure=yes)
    pairs = propose(statements, similarity, same_source=same, any_source=other)
    print(f"{len(pairs)} pair{'' if len(pairs) == 1 else 's'} of '{annotator}' may be one utterance")
    if only_list or not (yes or on_terminal()):
        for number, pair in enumerate(pairs, 1):
            print(pair_text(pair, f"{number}/{len(pairs)}"))
    elif yes:
        _join_all(root, annotator, pairs)
    else:
        _ask_each(root, annotator, pairs)


def pair_text(pair: Pair, number: str) -> str:
    """Return both statements of a pair, with sources and groups."""
    lines = [f"{number}  {pair.reason}"]
    for s in (pair.a, pair.b):
        lines.append(f"  {s.id} [{s.group}] {s.speaker or s.source_name}: “{' '.join(s.text.split())}”")
    return "\n".join(lines)


def _join_all(root: Path, annotator: str, pairs: Sequence[Pair]) -> None:
    done = link(root, annotator, pairs)
    for pair in pairs:
        print(pair_text(pair, "joined" if pair in done else "left"))
    print(f"{len(done)} joined, {len(pairs) - len(done)} left: a group is one source's")


def _ask_each(root: Path, annotator: str, pairs: Sequence[Pair]) -> None:
    """Ask about each pair that is still apart; each yes is saved at once."""
    joined = 0
    for number, pair in enumerate(pairs, 1):
        now = {s.id: s for s in statements_of(load_unfinished(root), annotator)}
        if now[pair.a.id].group == now[pair.b.id].group:
            continue  # through an earlier answer
        print(pair_text(pair, f"{number}/{len(pairs)}"))
        if why := obstacle(list(now.values()), pair):
            print(f"  cannot be joined: {why}; mend speaker or source_name first if they are one")
            continue
        said = answer("  one utterance? (y, n, q: stop)", "ynq")
        if said == STOP:
            break
        if said == "y":
            joined += len(link(root, annotator, [pair]))
    print(f"{joined} joined")
