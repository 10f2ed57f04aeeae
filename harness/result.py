"""A finished run in a notebook: its scores, comparisons and predictions as data frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import InputError, did_you_mean
from harness.evaluation import Finished
from harness.records import NO_LABEL, Comparison, Pool

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, repr=False)
class Result:
    """What :func:`harness.evaluate` and :func:`harness.load_run` return.

    Every table is a new data frame, in full precision; what is undefined is missing there, with a
    sentence in the column ``reason``.

    Attributes
    ----------
    finished : Finished
        The run's folder, record, scores and manifest, as the other parts of the package know them.
    """

    finished: Finished

    @property
    def folder(self) -> Path:
        """Where the run lies; ``report.html`` is in it."""
        return self.finished.folder

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in their fixed order."""
        return self.finished.record.labels

    @property
    def summary(self) -> str:
        """The sentence that the report begins with: what these data can tell apart."""
        from harness.report.sentence import sentence

        return sentence(self.finished.scores)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the data and the folds, each with its code before a colon."""
        return self.finished.scores.notes

    @property
    def scores(self) -> DataFrame:
        """One row for each split, model and metric: value, interval, method, n; index 0 to n - 1."""
        from harness.report.table import COLUMNS, flat_table

        return _frame(flat_table(self.finished.scores), list(COLUMNS))

    @property
    def per_label(self) -> DataFrame:
        """One row for each split, model and label: precision, recall, F1, support."""
        rows = [
            {"split": e.split, "model": e.model, "label": label, **values}
            for e in self.finished.scores.evaluations
            for label, values in e.per_label.items()
        ]
        return _frame(rows, ["split", "model", "label"])

    @property
    def comparisons(self) -> DataFrame:
        """One row for each paired difference ``a - b``, with interval, p and adjusted p."""
        return _comparisons(self.finished.scores.comparisons)

    @property
    def predictions(self) -> DataFrame:
        """One row for each tested statement, by split, model and repeat, with its gold label.

        A column ``p_LABEL`` for each label where a model gives probabilities.
        """
        rows = [row for pool in self.finished.record.pools for row in self._predicted(pool)]
        return _frame(rows, ["split", "model", "repeat", "fold", "id", "gold", "predicted"])

    def confusion(self, model: str, split: str | None = None) -> DataFrame:
        """Return counts of gold labels (rows) by predicted labels (columns), summed over repeats.

        Parameters
        ----------
        model : str
        split : str, optional
            The run's first split, if not said.

        Raises
        ------
        InputError
            The run has no such model or split.
        """
        from pandas import DataFrame, Index

        found = self.finished.scores.evaluations
        split = _named(split or found[0].split, list(dict.fromkeys(e.split for e in found)), "split")
        _named(model, list(dict.fromkeys(e.model for e in found)), "model")
        table = next(e.confusion for e in found if (e.split, e.model) == (split, model))
        columns = [*self.labels, NO_LABEL][: len(table[0])]
        return DataFrame(
            list(map(list, table)),
            index=Index(self.labels, name="gold"),
            columns=Index(columns, name="predicted"),
        )

    def compare(self, other: Result, metric: str | None = None) -> DataFrame:
        """Return the paired differences of this run's models minus those of ``other``.

        Parameters
        ----------
        other : Result
            A run of the same data.
        metric : str, optional
            The other run's primary metric, if not said.

        Raises
        ------
        InputError
            The runs cannot be paired; it says why.
        """
        from harness.comparison import compare_runs

        paired = compare_runs([other.finished, self.finished], metric)
        return _comparisons([p.comparison for p in paired])

    def report(self, form: str = "md") -> str | bytes:
        """Return the report: text, or bytes for ``parquet``; see ``harness report --format``."""
        from harness.report import render
        from harness.textfile import read_text

        done = self.finished
        config = read_text(done.folder / "config.yaml")
        return render(form, done.record, done.scores, config_yaml=config, manifest=done.manifest)

    def track(self, store: str) -> str:
        """Log the run to MLflow (a folder or a tracking URI; extra: mlflow) and return its id there."""
        from harness.tracking import track

        return track(self.finished, store)

    def _predicted(self, pool: Pool) -> Iterator[dict[str, Any]]:
        names = [*self.labels, NO_LABEL]
        for repeat, numbers in enumerate(pool.predicted):
            for i, e in enumerate(self.finished.record.examples):
                if numbers[i] < 0:
                    continue
                row = {"split": pool.split, "model": pool.model, "repeat": repeat}
                row |= {"fold": int(pool.fold[repeat, i]), "id": e.id, "gold": e.label}
                row["predicted"] = names[numbers[i]]
                if pool.probabilities is not None:
                    said = pool.probabilities[repeat, i].tolist()
                    row |= {f"p_{name}": p for name, p in zip(self.labels, said, strict=True)}
                yield row

    def __repr__(self) -> str:
        done = self.finished.scores
        models = len({e.model for e in done.evaluations})
        partial = ", partial" if done.partial else ""
        return f"<Result of {done.n:,} statements, {models} models{partial}: {self.folder}>"

    def _repr_html_(self) -> str:
        from harness.report.html import excerpt

        return excerpt(self.finished.scores)


def _named(name: str, known: list[str], what: str) -> str:
    if name not in known:
        raise InputError(f"the run has no {what} '{name}'", hint=did_you_mean(name, known))
    return name


def _comparisons(found: Any) -> DataFrame:
    names = [f.name for f in fields(Comparison)]
    return _frame([{name: getattr(c, name) for name in names} for c in found], names)


def _frame(rows: list[dict[str, Any]], columns: list[str]) -> DataFrame:
    """Return rows as a data frame; without rows it has its columns all the same."""
    from pandas import DataFrame

    return DataFrame(rows) if rows else DataFrame(columns=columns)
