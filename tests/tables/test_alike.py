"""Texts that read alike, found without comparing each with each."""

import itertools
import random

import numpy as np
import pytest

from harness import near_duplicates
from harness.near_duplicates import alike, shingles

SAID = "the sanctions strike the innocent and must end today"


def by_comparing_all(texts, threshold=0.6):
    """Return the connected parts as sets of positions, from every pair."""
    part = {i: {i} for i in range(len(texts))}
    for i, j in itertools.combinations(range(len(texts)), 2):
        a, b = shingles(texts[i]), shingles(texts[j])
        if a and b and len(a & b) / len(a | b) >= threshold and part[i] is not part[j]:
            part[i] |= part[j]
            for k in part[j]:
                part[k] = part[i]
    return {frozenset(found) for found in part.values()}


def parts(numbers):
    return {frozenset(np.flatnonzero(numbers == k).tolist()) for k in np.unique(numbers)}


def test_copies_and_look_alikes_have_one_number():
    # 7 and 8 runs of three words, 7 of them shared: 7 / 8; the last text shares 1 of 13
    texts = [SAID, f"{SAID} now", "The sanctions, strike nobody at all", SAID.upper() + "!", ""]
    assert parts(alike(texts)) == {frozenset({0, 1, 3}), frozenset({2}), frozenset({4})}


def test_texts_without_words_are_alike_only_if_they_are_the_same():
    assert parts(alike(["👍", "👍", "👎", "", ""])) == {frozenset({0, 1}), frozenset({2}), frozenset({3, 4})}


def test_two_short_texts_are_alike_only_with_the_same_words():
    assert len(set(alike(["no more", "more no", "No more!", "no more now", "no"]).tolist())) == 4


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_are_those_that_comparing_all_pairs_finds(seed, monkeypatch):
    monkeypatch.setattr("harness.repeated_shingles.CHUNK", 7)
    monkeypatch.setattr("harness.near_duplicates.MOST_RUNS", 30)
    rng = random.Random(seed)
    words = [f"w{i}" for i in range(30)]
    texts = [" ".join(rng.choices(words, k=rng.randint(1, 12))) for _ in range(60)]
    for _ in range(60):
        own = rng.choice(texts).split()
        own[rng.randrange(len(own))] = rng.choice(words)
        texts.append(" ".join(own))
    assert parts(alike(texts)) == by_comparing_all(texts)


def test_work_is_bounded_where_everyone_says_the_same():
    """2,000 copies, and 2,000 texts that share one opening: no run of it links, no pair is made."""
    texts = [SAID] * 2_000 + [f"{SAID} {i} {i + 1} {i + 2} {i + 3}" for i in range(2_000)]
    numbers = alike(texts)
    assert len(set(numbers[:2_000].tolist())) == 1


def test_nothing_is_alike_in_no_texts():
    assert alike([]).shape == (0,)


def test_three_hundred_that_vary_one_opening_are_one_part():
    """7 of 9 runs of any two are the same; each is compared with fifty others, all are linked."""
    texts = [f"{SAID} {i}" for i in range(300)]
    assert len(set(alike(texts).tolist())) == 1


def test_texts_that_only_seem_alike_are_not_gone_through_again(monkeypatch):
    """By Zipf's law most runs come again, but sizes and sketches rule out nearly all pairs."""
    compared = []
    whole = near_duplicates._alike
    monkeypatch.setattr(
        near_duplicates, "_alike", lambda *given: (compared.append(len(given[3])), whole(*given))[1]
    )
    rng = np.random.default_rng(3)
    words = np.array([f"w{i}" for i in range(60)])
    texts = [" ".join(words[np.minimum(rng.zipf(1.3, rng.integers(10, 40)), 59)]) for _ in range(3000)]
    texts += [f"{text} indeed" for text in texts[:50]]  # 8 of 9 runs or more
    assert len(set(alike(texts).tolist())) <= 3000
    assert 50 <= sum(compared) < 1000  # of 4.6 million pairs
