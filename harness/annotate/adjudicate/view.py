"""Cases of adjudication -> what the page shows of them, as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.annotate.adjudicate.decisions import Case, cases
from harness.annotate.agreement.statements import annotated_articles, files_of
from harness.annotate.statement_files import statement_row
from harness.annotate.tokens import token_offsets
from harness.corpus import Corpus
from harness.digest import digest
from harness.records import ATTRIBUTIONS, EXCLUSIONS, SOURCE_KINDS


def state_of(case: Case) -> str:
    """Return where a case stands: ``open``, ``dropped``, ``unanimous`` or ``decided``."""
    if case.dropped is not None:
        return "dropped"
    if case.open_reason or case.gold is None:
        return "open"
    return "unanimous" if case.gold.decision == "unanimous" else "decided"


def is_ready(case: Case) -> bool:
    """Tell whether a case can be taken over without a question: open, and all agree."""
    return case.is_unanimous and case.open_reason is not None


def seen_of(case: Case) -> str:
    """Return a digest of everything that the page shows of a case: another one means that it changed."""
    return digest(_shown(case))


def case_row(case: Case) -> dict[str, Any]:
    """Return a case as the page shows it."""
    return {
        **_shown(case),
        "seen": seen_of(case),
        "state": state_of(case),
        "why": case.open_reason,
        "ready": is_ready(case),
        "unanimous": case.is_unanimous,
        "differ": case.differ,
    }


def _shown(case: Case) -> dict[str, Any]:
    return {
        "key": case.key,
        "asked": case.asked,
        "versions": {who: statement_row(s) for who, s in case.versions.items()},
        "gold": statement_row(case.gold, gold=True) if case.gold else None,
        "dropped": case.dropped,
    }


def counts(found: Iterable[Case]) -> dict[str, int]:
    """Count the cases of an article: all, the open ones, and those of them on which all agree."""
    rows = list(found)
    still = sum(state_of(case) == "open" for case in rows)
    return {"all": len(rows), "open": still, "ready": sum(map(is_ready, rows))}


def seen_of_ready(found: Iterable[Case]) -> str:
    """Return a digest of the cases that can be taken over without a question."""
    return digest({case.key: seen_of(case) for case in found if is_ready(case)})


def article_view(corpus: Corpus, article: str) -> dict[str, Any]:
    """Return the cases of an article, with who was asked and how many there are."""
    found = cases(corpus, article)
    return {
        "id": article,
        "asked": [who for who in files_of(corpus) if article in annotated_articles(corpus, who)],
        "counts": counts(found),
        "seen": seen_of_ready(found),
        "cases": [case_row(case) for case in found],
    }


def whole_article(corpus: Corpus, article: str) -> dict[str, Any]:
    """Return an article with its text and its cases."""
    view = article_view(corpus, article)
    known = ("title", "outlet", "date", "language", "text")
    found = {name: getattr(corpus.articles[article], name) for name in known}
    return {**found, "tokens": token_offsets(corpus.articles[article].text), **view}


def overview(corpus: Corpus, articles: Iterable[str]) -> dict[str, Any]:
    """Return the articles with what is still to be decided in each, and the values that the scheme allows."""
    rows = [
        {
            "id": article,
            "title": corpus.articles[article].title or article,
            "counts": counts(cases(corpus, article)),
        }
        for article in articles
    ]
    values = {
        "labels": corpus.scheme.names,
        "exclusions": EXCLUSIONS,
        "source_kind": SOURCE_KINDS,
        "attribution": ATTRIBUTIONS,
    }
    return {"articles": rows, "values": values}
