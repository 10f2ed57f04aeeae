"""Invented files in the shape of public stance data sets: their names, headers, encodings, labels and sizes.

No text is taken from a data set. Words are made of syllables; each label has words that come more often
with it, so that a model has something to learn. The same numbers give the same bytes.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

TARGETS = {
    "abortion": "Legalization of Abortion",
    "atheism": "Atheism",
    "climate": "Climate Change is a Real Concern",
    "feminist": "Feminist Movement",
    "hillary": "Hillary Clinton",
}
"""The folders of TweetEval and what SemEval-2016 Task 6A calls their targets."""
STANCES = ("FAVOR", "AGAINST", "NONE")
FNC = ("agree", "disagree", "discuss")


@cache
def words_of(topic: str, n: int) -> list[str]:
    """Return the ``n`` words of a topic, the same at every call."""
    rng = random.Random(topic)
    return ["".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(3)) for _ in range(n)]


class Words:
    """Texts of invented words: common ones, ones of a topic, and ones of a topic's label."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def text(self, topic: str, label: str, n: int, share: float = 0.12) -> str:
        """Return ``n`` words: a ``share`` of them of the label, a fifth of the topic, the rest common."""
        signs, own, common = words_of(f"{topic} {label}", 12), words_of(topic, 30), words_of("common", 2_000)
        draw = self.rng.random
        pools = (signs if (x := draw()) < share else own if x < share + 0.2 else common for _ in range(n))
        return " ".join(self.rng.choice(pool) for pool in pools)


def semeval(folder: Path, share: float = 1) -> None:
    """Write ``semeval2016/``: tab-separated, CRLF, Latin-1 bytes, quotes that are characters."""
    words = Words(1)
    (folder / "semeval2016").mkdir(parents=True)
    for name, rows, first in (
        ("trialdata", 100, 1),
        ("trainingdata", 2_814, 101),
        ("testdata-taskA", 1_249, 10_001),
    ):
        lines = ["ID\tTarget\tTweet\tStance\tOpinion towards\tSentiment"]
        for i in range(round(rows * share)):
            target, stance = list(TARGETS.values())[i % 5], words.rng.choice(STANCES)
            tweet = f"{words.text(target, stance, words.rng.randint(8, 20))} #SemST"
            tweet = f'"{tweet}' if i % 7 == 0 else f"caf\xe9 {tweet}" if i % 11 == 0 else tweet
            lines.append(f"{first + i}\t{target}\t{tweet}\t{stance}\tTARGET\tNEGATIVE")
        text = "".join(f"{line}\r\n" for line in lines)
        (folder / "semeval2016" / f"{name}-all-annotations.txt").write_bytes(text.encode("latin-1"))


def tweeteval(folder: Path, share: float = 1) -> None:
    """Write ``tweeteval/stance/``: a folder a target, a text and a label file for each part."""
    words, labels = Words(2), ("none", "against", "favor")
    sizes = {"train": 2_620, "val": 294, "test": 1_249}
    for topic in TARGETS:
        where = folder / "tweeteval" / "stance" / topic
        where.mkdir(parents=True)
        for part, rows in sizes.items():
            numbers = [words.rng.randrange(3) for _ in range(round(rows * share / 5))]
            texts = [words.text(topic, labels[k], words.rng.randint(8, 20)) for k in numbers]
            texts[0] += "\u2028 and on"  # no end of a line here, though some tools make one of it
            (where / f"{part}_text.txt").write_text(
                "".join(f"{t}\n" for t in texts), encoding="utf-8", newline=""
            )
            (where / f"{part}_labels.txt").write_text("".join(f"{k}\n" for k in numbers), newline="")


def vast(folder: Path, share: float = 1) -> None:
    """Write ``vast/``: comma-separated; the test part has columns that the others lack."""
    words, number = Words(3), 0
    known = [f"topic {i}" for i in range(max(20, round(4_000 * share)))]
    for part, rows in (("train", 13_477), ("dev", 2_062), ("test", 3_006)):
        out = []
        for i in range(round(rows * share)):
            seen = part == "train" or i % 2 == 1
            topic = words.rng.choice(known) if seen else f"new {words.rng.choice(known)}"
            label = words.rng.randrange(3)
            text = words.text("any topic", str(label), words.rng.randint(20, 80), 0.06)
            number += 1
            row: dict[str, object] = {"author": "a", "post": f'{text}.\nEnd, "quoted".', "ori_topic": topic}
            row |= {"ori_id": f"{number}-P", "new_topic": topic, "label": label, "type_idx": 1 + number % 4}
            row |= {"new_id": number, "arc_id": i // 3, "text": json.dumps([text.split()]), "text_s": text}
            row |= {"topic": json.dumps(topic.split()), "topic_str": topic, "seen?": int(seen)}
            out.append(row | ({"contains_topic?": 0, "LexSim": "[]", "Qte": 0} if part == "test" else {}))
        _csv(folder / "vast" / f"vast_{part}.csv", out)


def fnc(folder: Path, share: float = 1) -> None:
    """Write ``fnc-1/``: pairs of headlines and bodies; bodies of several lines, by their ids."""
    words, number = Words(4), 0
    for stances, bodies, pairs, n_bodies in (
        ("train_stances", "train_bodies", 49_972, 1_683),
        ("competition_test_stances", "competition_test_bodies", 25_413, 904),
    ):
        known = []
        for i in range(max(12, round(n_bodies * share))):
            claim, stance = f"{stances} {i // 6}", words.rng.choices(FNC, (28, 6, 66))[0]
            known.append(
                (number, claim, stance, words.text(claim, "", 190), words.text("any", stance, 180, 0.05))
            )
            number += 1
        _csv(
            folder / "fnc-1" / f"{bodies}.csv",
            ({"Body ID": k, "articleBody": f"{a}\n\n{b}"} for k, _, _, a, b in known),
        )
        rows = []
        for _ in range(round(pairs * share)):
            (key, claim, stance, *_), (_, other, *_) = words.rng.choice(known), words.rng.choice(known)
            unrelated = words.rng.random() < 0.73 and claim != other
            about = words_of(other if unrelated else claim, 30)
            headline = " ".join(
                words.rng.choices(about, k=6) + words.rng.choices(words_of("common", 2_000), k=5)
            )
            rows.append(
                {"Headline": headline, "Body ID": key, "Stance": "unrelated" if unrelated else stance}
            )
        _csv(folder / "fnc-1" / f"{stances}.csv", rows)


def _csv(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    found: Sequence[Mapping[str, object]] = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, found[0])
        writer.writeheader()
        writer.writerows(found)


SHAPES: dict[str, Callable[[Path, float], None]] = {
    "semeval2016-task6a": semeval,
    "tweeteval-stance": tweeteval,
    "vast": vast,
    "fnc-1": fnc,
}
"""What writes the files of each configuration in ``configs/external/`` into its ``data`` folder."""
