"""Adjudication: what the annotators made of each stretch of an article, and the gold decided from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.annotate.adjudicate.dropped import Dropped, read_dropped, write_dropped
from harness.annotate.agreement.alignment import align_all
from harness.annotate.agreement.statements import annotated_articles, files_of
from harness.annotate.statement_files import write_statements
from harness.annotate.unfinished import load_unfinished, unsound
from harness.corpus import GOLD, Corpus
from harness.errors import InputError, Place, ProblemsError, did_you_mean
from harness.records import Statement

JUDGED = (
    "content",
    "cue",
    "source",
    "source_name",
    "speaker",
    "source_kind",
    "via",
    "attribution",
    "stance",
    "exclusion",
)
"""The fields on which annotators can disagree. A group's name, the confidence and the note are one's own."""


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to decide: what each annotator made of one stretch of an article.

    Attributes
    ----------
    article : str
    asked : tuple of str
        Everybody who annotated the article, whether or not they found this statement.
    versions : annotator -> Statement
        Of those who found it. Empty for a gold statement whose origins are gone.
    differ : tuple of str
        The fields of ``JUDGED`` that are not the same in all versions.
    gold : Statement or None
        What is in the gold file for it.
    dropped : str or None
        Why it was decided that this is no statement, if it was.
    """

    article: str
    asked: tuple[str, ...]
    versions: Mapping[str, Statement]
    differ: tuple[str, ...]
    gold: Statement | None = None
    dropped: str | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the annotators' statements."""
        return tuple(s.id for s in self.versions.values())

    @property
    def key(self) -> str:
        """A name that stays the same as long as the annotators' statements do."""
        return "+".join(self.ids) or f"gold:{self.gold.id if self.gold else ''}"

    @property
    def is_unanimous(self) -> bool:
        """Whether two annotators at least found it, all who were asked did, and no judged field differs."""
        return len(self.asked) > 1 and len(self.versions) == len(self.asked) and not self.differ

    @property
    def open_reason(self) -> str | None:
        """Why a decision is needed, or None: it was decided from what the annotators' files say now."""
        if self.dropped is not None:
            return None
        if self.gold is None:
            return "not decided yet"
        if not self.versions:
            return "the statements that it was derived from are gone"
        if set(self.gold.derived_from) != set(self.ids):
            return "other statements than before stand here"
        if any(self.gold.votes.get(who) != s.stance for who, s in self.versions.items()):
            return "an annotator's label has changed since"
        if any(self.gold.codebook_version != s.codebook_version for s in self.versions.values()):
            return f"decided under codebook {self.gold.codebook_version}"
        return None


def cases(corpus: Corpus, article: str) -> list[Case]:
    """Return everything that there is to decide in an article, in the order of the text.

    Raises
    ------
    InputError
        There is no such article.
    """
    if article not in corpus.articles:
        raise InputError(
            f"no article '{article}'", place=corpus.root, hint=did_you_mean(article, corpus.articles)
        )
    asked = tuple(who for who in files_of(corpus) if article in annotated_articles(corpus, who))
    files = {who: [s for s in corpus.annotators[who] if s.article == article] for who in asked}
    gold = [s for s in corpus.annotators[GOLD] if s.article == article and s.derived_from]
    dropped = read_dropped(corpus.root, article)
    found = [_case(article, asked, unit, gold, dropped) for unit in align_all(files)]
    taken = {c.gold.id for c in found if c.gold}
    return found + [Case(article, asked, {}, (), s) for s in gold if s.id not in taken]


def _case(
    article: str,
    asked: tuple[str, ...],
    unit: Mapping[str, Statement],
    gold: Sequence[Statement],
    dropped: Sequence[Dropped],
) -> Case:
    versions = list(unit.values())
    differ = tuple(
        name for name in JUDGED if any(getattr(s, name) != getattr(versions[0], name) for s in versions)
    )
    ids = {s.id for s in versions}
    ours = sorted(gold, key=lambda s: (-len(ids & set(s.derived_from)), s.id))
    standing = ours[0] if ours and ids & set(ours[0].derived_from) else None
    why = next((d.reason for d in dropped if set(d.derived_from) == ids), None) if standing is None else None
    return Case(article, asked, unit, differ, standing, why)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of a case: a statement (as an annotator has it, or mended), or None, and why."""

    case: Case
    chosen: Statement | None
    reason: str = ""


def decide(root: Path, case: Case, chosen: Statement | None, reason: str = "") -> None:
    """Write what was decided of one case into the gold file of its article; see :func:`decide_all`."""
    decide_all(root, [Decision(case, chosen, reason)])


def accept_unanimous(root: Path, article: str) -> list[Case]:
    """Take over every open case on which all annotators agree, as the first annotator has it.

    Returns
    -------
    list of Case
        Those that were taken over.
    """
    ready = [c for c in cases(load_unfinished(root), article) if c.is_unanimous and c.open_reason]
    decide_all(root, [Decision(c, next(iter(c.versions.values()))) for c in ready])
    return ready


def decide_all(root: Path, decisions: Sequence[Decision]) -> None:
    """Write decisions on cases of one article: all of them or, if anything is wrong with one, none.

    A statement replaces the gold statement that the case has and keeps its id. None takes it out of gold,
    and the reason goes to ``annotations/dropped/<article>.jsonl``.

    Raises
    ------
    InputError
        A reason is missing (only unanimous cases taken as they are need none), or an annotator's file has
        changed since the case was read.
    ProblemsError
        The corpus would no longer pass its check; nothing is written.
    """
    if not decisions:
        return
    corpus = load_unfinished(root)
    article = decisions[0].case.article
    current = {c.key: c for c in cases(corpus, article)}
    gold = {s.id: s for s in corpus.annotators[GOLD] if s.article == article}
    dropped = {d.derived_from: d for d in read_dropped(root, article)}
    used = {s.id for rows in corpus.annotators.values() for s in rows}
    for decision in decisions:
        case = _current(decision, current, root)
        decided = _decided(decision, case)
        gone = [s.id for s in gold.values() if _replaced(s, case)]
        for id_ in gone:
            del gold[id_]
        dropped = {ids: d for ids, d in dropped.items() if not set(ids) & set(case.ids)}
        if decided is None:
            if case.ids:
                dropped[case.ids] = Dropped(case.ids, decision.reason.strip())
            continue
        id_ = case.gold.id if case.gold else _next_id(article, used)
        used.add(id_)
        gold[id_] = replace(decided, id=id_)
    _refuse_problems(corpus, article, list(gold.values()))
    write_statements(root, GOLD, article, gold.values())
    write_dropped(root, article, list(dropped.values()))


def _current(decision: Decision, current: Mapping[str, Case], root: Path) -> Case:
    """Return the case as it is now, which must be as it was when it was decided."""
    case = current.get(decision.case.key)
    if case is None or case.versions != decision.case.versions:
        raise InputError(
            "an annotator's file has changed since the case was read",
            place=root / "annotations",
            hint="look at the case again",
        )
    return case


def _decided(decision: Decision, case: Case) -> Statement | None:
    """Return the gold statement without its id, or None where the case is dropped."""
    chosen, reason = decision.chosen, decision.reason.strip()
    whole = case.is_unanimous and chosen is not None and _same(chosen, next(iter(case.versions.values())))
    if not whole and not reason:
        raise InputError("a decision needs a reason", hint="say which rule of the codebook decided")
    if chosen is None:
        return None
    if chosen.article != case.article:
        raise InputError(f"'{chosen.id}' is of article '{chosen.article}', the case of '{case.article}'")
    return replace(
        chosen,
        annotator=GOLD,
        votes={who: case.versions[who].stance if who in case.versions else None for who in case.asked},
        decision="unanimous" if whole else "adjudicated",
        reason="" if whole else reason,
        derived_from=case.ids,
    )


def _same(a: Statement, b: Statement) -> bool:
    return all(getattr(a, name) == getattr(b, name) for name in JUDGED)


def _replaced(s: Statement, case: Case) -> bool:
    """Tell whether a gold statement is the case's, or was derived from a statement of it."""
    return (case.gold is not None and s.id == case.gold.id) or bool(set(s.derived_from) & set(case.ids))


def _next_id(article: str, used: set[str]) -> str:
    number = 1
    while f"{article}-{number:02d}" in used:
        number += 1
    return f"{article}-{number:02d}"


def _refuse_problems(corpus: Corpus, article: str, rows: Sequence[Statement]) -> None:
    """Check the corpus as it would be, before anything is written."""
    path = Place(str(corpus.root / "annotations" / GOLD / f"{article}.jsonl"))
    old = corpus.annotators[GOLD]
    others = [(s, corpus.places[GOLD, i]) for i, s in enumerate(old) if s.article != article]
    gold = [*others, *((s, path) for s in rows)]
    places = {k: v for k, v in corpus.places.items() if k[0] != GOLD}
    places |= {(GOLD, i): place for i, (_, place) in enumerate(gold)}
    annotators = {**corpus.annotators, GOLD: tuple(s for s, _ in gold)}
    problems = unsound(replace(corpus, annotators=annotators, places=places))
    if problems:
        raise ProblemsError(problems)
