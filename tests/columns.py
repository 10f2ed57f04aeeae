"""Invented examples, as a plain tuple and in columns."""

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from harness.examples import Coded, Examples
from harness.records import Example

LABELS = ("against", "favor", "nöne")
WORDS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=6)


def column(values, size=2):
    """Return a column of text in chunks of a few rows."""
    chunks = [values[i : i + size] for i in range(0, len(values), size)]
    return pa.chunked_array(chunks, pa.large_string())


def in_columns(rows):
    """Return examples that all have the same fields and annotators as columns."""
    first = rows[0]
    number = {label: i for i, label in enumerate(LABELS)} | {None: -1}
    fields = {name: column([e.fields[name] for e in rows]) for name in first.fields}
    if "target" in fields:
        fields["target"] = pa.chunked_array([fields["target"].combine_chunks().dictionary_encode()])
    return Examples(
        ids=column([e.id for e in rows]),
        texts=fields["text"],
        label_names=LABELS,
        labels=np.array([number[e.label] for e in rows], dtype=np.int8),
        groups=Coded.of(column([e.group for e in rows])),
        articles=Coded.of(column([e.article for e in rows])) if any(e.article for e in rows) else None,
        fields=fields,
        votes={who: np.array([number[e.votes[who]] for e in rows], dtype=np.int8) for who in first.votes},
        pairs=None if first.pair is None else column([e.pair for e in rows]),
        beside=tuple(column([e.beside[k] for e in rows]) for k in range(len(first.beside))),
    )


@st.composite
def examples(draw, least=1):
    """Draw a tuple of examples with unique ids and the same parts."""
    ids = draw(st.lists(WORDS, unique=True, min_size=least, max_size=7))
    has_articles, has_pairs, voters = (draw(st.integers(0, k)) for k in (1, 1, 2))
    rows = []
    for i in ids:
        text, target, group, article, pair = (draw(WORDS) for _ in range(5))
        votes = {f"v{k}": draw(st.sampled_from([*LABELS, None])) for k in range(voters)}
        more = (pair, (target,)) if has_pairs else (None, ())
        fields = {"text": text, "target": target}
        label = draw(st.sampled_from(LABELS))
        rows.append(Example(i, label, text, group, article if has_articles else "", fields, votes, *more))
    return tuple(rows)
