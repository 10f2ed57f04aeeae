"""Predictions so small or so uniform that a statistic of them may not exist, each under a sentence.

A sample says, statement by statement, ``gold+predicted`` letters; a ``-`` stands for a prediction that is no
label. Statements of a group stand in one word, groups are apart by blanks: ``"aa+ab ba"`` are two groups, of
which the first has two statements. Repeats of a cross-validation are several such lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from harness.uncertainty import Counts, group_counts


@dataclass(frozen=True)
class Sample:
    """One model's predictions of a tiny data set; ``labels`` are letters, perhaps more than are used."""

    labels: str
    repeats: tuple[str, ...]

    def counts(self, values: int = 1) -> Counts:
        """Per-group confusion counts; with several values of a field, statements take them in turn."""
        rows = [[word.split("+") for word in line.split()] for line in self.repeats]
        pairs = [[pair for word in row for pair in word] for row in rows]
        groups = [k for k, word in enumerate(rows[0]) for _ in word]
        gold = np.array([self.labels.index(pair[0]) for pair in pairs[0]], dtype=np.intp)
        of = np.arange(len(gold)) % values
        said = [[(self.labels + "-").index(pair[1]) for pair in row] for row in pairs]
        predicted = np.array(said, dtype=np.intp).reshape(len(pairs), len(gold))
        where = np.array(groups, dtype=np.intp)
        return group_counts(of * len(self.labels) + gold, predicted, where, len(self.labels), values)


def _one(labels: str, *repeats: str) -> Sample:
    return Sample(labels, repeats)


SAMPLES = {
    "no statement": _one("ab", ""),
    "one statement, right": _one("ab", "aa"),
    "one statement, wrong": _one("ab", "ab"),
    "one statement, no label": _one("ab", "a-"),
    "two statements, both right": _one("ab", "aa bb"),
    "two statements, both wrong": _one("ab", "ab ba"),
    "two statements, one right": _one("ab", "aa ba"),
    "two statements in one group": _one("ab", "aa+ba"),
    "one group of many": _one("ab", "+".join(["aa", "ab", "bb", "ba"] * 5)),
    "one label in the scheme": _one("a", " ".join(["aa"] * 6)),
    "one label in the scheme, some predictions no label": _one("a", " ".join(["aa", "a-"] * 3)),
    "one label in the data": _one("abc", " ".join(["aa"] * 6)),
    "one label in the data, never predicted": _one("abc", " ".join(["ab"] * 6)),
    "a label without gold": _one("abc", "aa ab ac bb ba bc aa bb"),
    "a label never predicted": _one("abc", "aa ab ca bb ba cb aa bb"),
    "a label neither gold nor predicted": _one("abc", "aa ab ba bb aa bb"),
    "a label in a single group": _one("abc", "aa bb aa bb ab ba cc"),
    "all right": _one("abc", " ".join(["aa", "bb", "cc"] * 8)),
    "all wrong": _one("abc", " ".join(["ab", "bc", "ca"] * 8)),
    "all no label": _one("abc", " ".join(["a-", "b-", "c-"] * 4)),
    "one in ten no label": _one("ab", " ".join(["aa", "bb"] * 4 + ["a-"])),
    "constant predictions": _one("abc", " ".join(["aa", "ba", "ca"] * 6)),
    "the rarest label is predicted always": _one("ab", " ".join(["ab"] * 20 + ["bb"])),
    "all right but the single statement of a label": _one("ab", " ".join(["aa"] * 20 + ["ba"])),
    "a group of thirty beside singles": _one("ab", "+".join(["aa", "bb"] * 15) + " aa bb ab ba"),
    "each group the same": _one("ab", " ".join(["aa+ab+bb"] * 12)),
    "repeats that agree": _one("ab", *[" ".join(["aa", "ab", "bb"] * 4)] * 3),
    "repeats of which one is constant": _one("ab", "aa bb ab ba", "aa ba aa ba"),
    "repeats of which one has predictions that are no label": _one("ab", "aa bb ab ba", "aa b- aa b-"),
}

PAIRS = {
    "no statement": (_one("ab", ""), _one("ab", "")),
    "identical": (SAMPLES["a label without gold"],) * 2,
    "identical and constant": (SAMPLES["constant predictions"],) * 2,
    "identical and all right": (SAMPLES["all right"],) * 2,
    "identical, one statement": (SAMPLES["one statement, right"],) * 2,
    "one statement, won": (_one("ab", "aa"), _one("ab", "ab")),
    "two statements, won": (_one("ab", "aa bb"), _one("ab", "ab ba")),
    "two statements, a draw": (_one("ab", "aa ba"), _one("ab", "ab bb")),
    "one group, won": (_one("ab", "aa+bb+aa"), _one("ab", "ab+ba+ab")),
    "ties with different predictions": (
        _one("abc", "aa ab bb bc cc ca"),
        _one("abc", "ab aa bc bb ca cc"),
    ),
    "all right against all wrong": (SAMPLES["all right"], SAMPLES["all wrong"]),
    "constant against another constant": (
        _one("ab", " ".join(["aa", "ba"] * 5)),
        _one("ab", " ".join(["ab", "bb"] * 5)),
    ),
    "labels against no labels": (SAMPLES["all right"], _one("abc", " ".join(["a-", "b-", "c-"] * 8))),
    "the same gain in every group": (
        _one("ab", " ".join(["aa+ab"] * 8)),
        _one("ab", " ".join(["ab+ab"] * 8)),
    ),
    "a difference of one statement": (
        _one("ab", " ".join(["aa", "bb"] * 6)),
        _one("ab", " ".join(["aa", "bb"] * 5 + ["aa", "ba"])),
    ),
    "one label": (_one("a", "aa aa aa"), _one("a", "aa a- aa")),
    "a label that only one group has": (_one("abc", "aa ab bb ba cc"), _one("abc", "aa aa bb bb ca")),
}
