"""An invented data set of the shape of FNC-1: headlines and bodies, related or not, by topic."""

import csv

import numpy as np


def fnc_shaped(topics=10, each=30, seed=0):
    """Return rows (headline, body, topic, label) and the topic of each; no topic's words are another's.

    A body of a related pair has the words of its headline among others of the topic and of all topics. That
    of an unrelated pair has as many words of the same topic, but none of the headline's. So no word by itself
    speaks for a label, and words of a new topic are unknown anyway.
    """
    rng = np.random.default_rng(seed)
    common = [f"common{i}" for i in range(30)]
    rows, of = [], []
    for topic in range(topics):
        words = np.array([f"topic{topic}word{i}" for i in range(24)])
        for i in range(each):
            order = rng.permutation(24)
            headline = [*words[order[:6]], *rng.choice(common, 3, replace=False)]
            related = i % 2
            about = words[order[:6]] if related else words[order[6:12]]
            body = [*about, *words[order[12:18]], *rng.choice(common, 12, replace=False)]
            rng.shuffle(body)
            label = "related" if related else "unrelated"
            rows.append((" ".join(headline), " ".join(body), f"t{topic}", label))
            of.append(topic)
    return rows, np.array(of)


def write_table(path, rows, topics):
    """Write them as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["headline", "body", "topic", "stance"])
        out.writerows((a, b, t, label) for a, b, t, label in rows)
