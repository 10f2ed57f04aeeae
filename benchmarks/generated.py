"""Invented statements for measurements: ``python -m benchmarks.generated OUT [--rows N] [--seed S]``.

Words are drawn by Zipf's law, a statement has 10 to 60 of them, and its label shows in a few. Some statements
are copies or paraphrases of another, which share its group, mostly in another article. The first rows
are the same whatever follows them, so that sizes can be compared; memory does not grow with the rows.

OUT is a .csv, .tsv, .jsonl or .parquet file with the columns of `COLUMNS`, or those of ``--columns``.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

COLUMNS = ("id", "text", "source", "target", "label", "group", "article", "split")
LABELS = ("favor", "against", "none")
SHARES = (0.3, 0.45, 0.25)
TARGETS = ("sanctions", "enlargement", "tariffs", "amnesty")
SPLITS = ("train", "dev", "test")
SEED = 20220915
BLOCK = 4096
"""Rows that are drawn together; a group lies within one block."""
VOCABULARY = 40_000
CUES = 60
"""Words of each label that are drawn more often in its statements."""
SIGNAL = 0.08
"""Share of the words of a statement that are drawn from those of its label."""
LEAST, MOST = 10, 60
COPIES = 0.25
"""Share of rows that repeat another, one in three of them word for word."""
NEAR = 40
"""Rows back that a repeated one stands at most."""
NOISE = 0.2
"""Share of groups whose label does not depend on their words."""
PER_ARTICLE = 12
_ONSETS = (*"bcdfghklmnprstvw", "br", "dr", "gr", "kl", "pr", "st", "tr", "th")
_NUCLEI = (*"aeiou", "ai", "ea", "ou")
_CODAS = ("", *"nrstl")
Columns = dict[str, list[str]]
Ints = npt.NDArray[np.intp]


@cache
def vocabulary() -> tuple[npt.NDArray[np.object_], npt.NDArray[np.float64], Ints]:
    """Return the words, their cumulative probabilities by rank, and the numbers of the labels' own words.

    Returns
    -------
    words : (VOCABULARY,) array of str
        The commonest first, which are also the shortest; no two are the same.
    cumulative : (VOCABULARY,) float array
        Probabilities fall with ``1 / (rank + 2.7)`` (Zipf-Mandelbrot), summed up to 1.
    cues : (n_labels, CUES) int array
    """
    syllables = [o + n + c for c in _CODAS for o in _ONSETS for n in _NUCLEI]
    longer = (a + b for b in syllables for a in syllables)
    distinct = dict.fromkeys(chain(syllables, islice(longer, 2 * VOCABULARY)))
    words = np.array(list(distinct)[:VOCABULARY], dtype=object)
    weights = 1 / (np.arange(VOCABULARY) + 2.7)
    cues = 200 + np.random.default_rng(7).permutation(len(LABELS) * CUES).reshape(len(LABELS), CUES)
    return words, np.cumsum(weights) / weights.sum(), cues


def blocks(rows: int, seed: int = SEED) -> Iterator[Columns]:
    """Yield statements column by column, at most `BLOCK` rows at a time.

    Parameters
    ----------
    rows : int, at least 0
    seed : int
        The same seed gives the same rows; fewer rows are the first of more.

    Yields
    ------
    dict
        A list of texts for each of `COLUMNS`. All rows of a group are in one split.
    """
    for number, first in enumerate(range(0, rows, BLOCK)):
        block = _block(first, np.random.default_rng([seed, number]))
        yield {name: values[: rows - first] for name, values in block.items()}


def columns(rows: int, seed: int = SEED) -> Columns:
    """Return all rows at once, a list for each of `COLUMNS`."""
    out: Columns = {name: [] for name in COLUMNS}
    for block in blocks(rows, seed):
        for name, values in block.items():
            out[name] += values
    return out


def _block(first: int, rng: np.random.Generator) -> Columns:
    """Draw one block, whole."""
    original = np.arange(BLOCK)
    for i in np.flatnonzero(rng.random(BLOCK) < COPIES).tolist():
        before = i - 1 - int(rng.integers(NEAR))
        original[i] = original[before] if before >= 0 else i
    label = rng.choice(len(LABELS), BLOCK, p=SHARES)[original]
    split = rng.choice(len(SPLITS), BLOCK, p=(0.7, 0.1, 0.2))[original]
    target = rng.integers(len(TARGETS), size=BLOCK)[original]
    source = rng.zipf(1.3, BLOCK)[original] % 5000
    texts = _texts(label, original, rng)
    unclear = rng.random(BLOCK) < NOISE
    label = np.where(unclear, rng.choice(len(LABELS), BLOCK, p=SHARES), label)[original]
    places = range(first, first + BLOCK)
    return {
        "id": [f"s{i}" for i in places],
        "text": texts,
        "source": [f"source {i}" for i in source.tolist()],
        "target": [TARGETS[i] for i in target.tolist()],
        "label": [LABELS[i] for i in label.tolist()],
        "group": [f"g{first + i}" for i in original.tolist()],
        "article": [f"a{i // PER_ARTICLE}" for i in places],
        "split": [SPLITS[i] for i in split.tolist()],
    }


def _texts(label: Ints, original: Ints, rng: np.random.Generator) -> list[str]:
    """Return a text for each row; that of a repeated row says what its original says."""
    words, cumulative, cues = vocabulary()
    sizes = rng.integers(LEAST, MOST + 1, BLOCK)
    ends = np.cumsum(sizes)
    drawn = np.searchsorted(cumulative, rng.random(int(ends[-1])))
    own = rng.random(len(drawn)) < SIGNAL
    of = np.repeat(label, sizes)[own]
    drawn[own] = cues[of, (CUES * rng.random(len(of)) ** 5).astype(int)]
    tokens = words[drawn]
    tokens[rng.random(len(tokens)) < 0.06] += ","
    statements = np.split(tokens, ends[:-1])
    exact = rng.random(BLOCK) < 1 / 3
    out = []
    for i, source in enumerate(original.tolist()):
        said = statements[source]
        if source != i and not exact[i]:
            said = _paraphrased(said, statements[i])
        text = " ".join(said).rstrip(",")
        out.append(f"{text[:1].upper()}{text[1:]}{'.' if i % 5 else '?'}")
    return out


def _paraphrased(said: Any, other: Any) -> Any:
    """Return a statement with about every eighth word replaced by one of another."""
    out = said.copy()
    n = len(out[3::8])
    out[3::8] = np.resize(other, n)
    return out


def write(path: Path, rows: int, seed: int = SEED, names: Sequence[str] = COLUMNS) -> None:
    """Write statements to a file whose extension says how: .csv, .tsv, .jsonl or .parquet."""
    some = ({name: block[name] for name in names} for block in blocks(rows, seed))
    if path.suffix == ".parquet":
        _write_parquet(path, names, some)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            for block in some:
                for row in zip(*block.values(), strict=True):
                    file.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n")
            return
        table = csv.writer(file, delimiter={".csv": ",", ".tsv": "\t"}[path.suffix], lineterminator="\n")
        table.writerow(names)
        for block in some:
            table.writerows(zip(*block.values(), strict=True))


def _write_parquet(path: Path, names: Sequence[str], blocks: Iterator[Mapping[str, Sequence[str]]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, pa.string()) for name in names])
    with pq.ParquetWriter(path, schema) as file:
        gathered: list[Any] = []
        for block in blocks:
            gathered.append(pa.table(block, schema))
            if len(gathered) == 16:
                file.write_table(pa.concat_tables(gathered))
                gathered.clear()
        if gathered:
            file.write_table(pa.concat_tables(gathered))


def made(path: Path, rows: int, seed: int = SEED, names: Sequence[str] = COLUMNS) -> Path:
    """Write a file in a process of its own, so that its memory is not that of the caller; return the path."""
    command = [sys.executable, "-m", "benchmarks.generated", str(path), f"--rows={rows}", f"--seed={seed}"]
    subprocess.run([*command, "--columns", *names], check=True)
    return path


def main(argv: Sequence[str] | None = None) -> int:
    """Write one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--columns", nargs="+", choices=COLUMNS, default=COLUMNS)
    args = parser.parse_args(argv)
    if args.out.suffix not in (".csv", ".tsv", ".jsonl", ".parquet"):
        parser.error(f"{args.out}: has no extension that is written")
    write(args.out, args.rows, args.seed, args.columns)
    return 0


if __name__ == "__main__":
    sys.exit(main())
