"""One value tested at a time: an article, a group, a source, or the values that are named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from harness.errors import InputError, did_you_mean
from harness.examples import field_names
from harness.numbering import (
    IntArray,
    numbered_articles,
    numbered_field,
    numbered_groups,
    value_at,
)
from harness.records import Example
from harness.splits.base import Divisions, Split


def _each(codes: IntArray, values: Any) -> Divisions:
    """Yield one division for each value: what has it is tested."""
    for k in range(len(values)):
        yield 0, value_at(values, k), codes == k


class LeaveOneArticleOut(Split):
    """Test each article on a model trained on the others, purged of shared groups."""

    summary = "each article is tested on a model of the others; statements in a group with it are purged"
    type: Literal["leave-one-article-out"] = "leave-one-article-out"

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division an article; refuses a single article."""
        codes, articles = numbered_articles(examples)
        if len(articles) < 2:
            raise InputError(f"split '{self.label}' needs two articles, got {len(articles)}")
        yield from _each(codes, articles)


class LeaveOneGroupOut(Split):
    """Test each statement group on a model trained on all others."""

    summary = "each statement group is tested on a model of all others"
    type: Literal["leave-one-group-out"] = "leave-one-group-out"

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division a group; refuses a single group."""
        codes, groups = numbered_groups(examples)
        if len(groups) < 2:
            raise InputError(f"split '{self.label}' needs two groups, got {len(groups)}")
        yield from _each(codes, groups)


class LeaveOneSourceOut(Split):
    """Test each speaker's statements on a model that never saw a statement of that speaker."""

    summary = "each speaker is tested on a model of all others; statements in a group with it are purged"
    type: Literal["leave-one-source-out"] = "leave-one-source-out"
    field: Annotated[str, Field(description="the part of a statement that says whose it is")] = "speaker"

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division a value of ``field``; refuses a single one."""
        known = field_names(examples)
        if self.field not in known:
            raise InputError(
                f"split '{self.label}': the data have no '{self.field}'", hint=did_you_mean(self.field, known)
            )
        codes, sources = numbered_field(examples, self.field)
        if len(sources) < 2:
            raise InputError(f"split '{self.label}' needs two sources, got {len(sources)}")
        yield from _each(codes, sources)


class Fixed(Split):
    """One given division: the articles named are tested, the rest trains (purged)."""

    summary = "the named articles are tested, the rest trains, purged of shared groups"
    type: Literal["fixed"] = "fixed"
    test: Annotated[list[str], Field(min_length=1, description="ids of the test articles")]

    def divisions(self, examples: Sequence[Example], rng: np.random.Generator) -> Divisions:
        """One division; refuses articles that the data do not have."""
        codes, values = numbered_articles(examples)
        articles = {value_at(values, k): k for k in range(len(values))}
        for name in self.test:
            if name not in articles:
                raise InputError(
                    f"split '{self.label}': no article '{name}'", hint=did_you_mean(name, articles)
                )
        yield 0, "test", np.isin(codes, [articles[name] for name in self.test])
