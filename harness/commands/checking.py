"""``harness check``: every problem of a corpus, of a configuration, or of a folder of configurations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from harness import completion
from harness.commands.options import Json

if TYPE_CHECKING:
    from harness.errors import HarnessError, Problem

ASKS = {"data", "extends", "models", "splits", "sweep"}
"""Keys of which a configuration has one at least, and other YAML files of a benchmark none."""


class _Found(NamedTuple):
    """What was found of one corpus or configuration; ``runs`` counts those of a sweep."""

    path: Path
    problems: list[Problem]
    notes: list[str]
    runs: int = 0
    exit_code: int = 1


def check(
    path: Annotated[
        Path,
        typer.Argument(
            help="a corpus folder, a configuration, or a folder of configurations",
            autocompletion=completion.configs,
        ),
    ] = Path(),
    as_json: Json = False,
) -> None:
    """List every problem of a corpus or configuration, with file, line and code.

    Exit code 0: none; 1: the corpus has problems, also where a configuration was given; 2: the configuration
    has, or rows of the table that it names.

    Example: harness check .
    """
    from harness.answers import answer
    from harness.console import print_problems

    configs = _configurations(path)
    found = [_or_refused(config) for config in configs] if configs else [_found(path)]
    if as_json:
        notes = [f"{f.path}: {note}" if configs else note for f in found for note in f.notes]
        answer(path=path, problems=[p for f in found for p in f.problems], notes=notes)
    for part in () if as_json else found:
        for note in part.notes:
            typer.echo(f"{part.path}: note: {note}")
        if part.runs and not part.problems:
            typer.echo(f"{part.path}: no problems in {part.runs} runs")
        else:
            print_problems(part.problems, f"{part.path}: ")
    raise typer.Exit(max(part.exit_code if part.problems else 0 for part in found))


def _configurations(path: Path) -> list[Path]:
    """Return the configurations in a folder that is no corpus; none for everything else."""
    from harness.errors import HarnessError
    from harness.yamlfile import read_yaml

    if not path.is_dir() or any((path / part).exists() for part in ("annotations", "seeds")):
        return []
    found = []
    for file in sorted(f for f in path.iterdir() if f.suffix in (".yaml", ".yml")):
        try:
            data = read_yaml(file).data
        except HarnessError:
            found.append(file)  # what is wrong with it is said when it is checked
            continue
        if isinstance(data, dict) and ASKS & set(data):
            found.append(file)
    return found


def _or_refused(path: Path) -> _Found:
    """Return what was found of one of several configurations, also if it cannot be run at all."""
    from harness.errors import HarnessError

    try:
        return _found(path)
    except HarnessError as error:
        return _Found(path, _problems(error, path), [], exit_code=error.exit_code)


def _problems(error: HarnessError, path: Path) -> list[Problem]:
    from harness.errors import Place, Problem, ProblemsError

    if isinstance(error, ProblemsError):
        return list(error.problems)
    return [Problem(error.place or Place(str(path)), "config-refused", error.message, error.hint)]


def _found(path: Path) -> _Found:
    """Return the problems and notes of a corpus folder or of one configuration.

    Raises
    ------
    HarnessError
        The configuration has problems.
    """
    from harness.checks import check_corpus
    from harness.errors import said_by

    if path.is_dir():
        return _of_corpus(path)
    from harness.config import load_config
    from harness.plan import make_plan
    from harness.run_config import Data
    from harness.sweep import load_sweep

    sweep = load_sweep(path)
    if sweep is not None:
        from harness.sweep_run import plan_sweep

        return _Found(path, [], [], len(plan_sweep(sweep).plans))
    config = load_config(path)
    problems = check_corpus(Path(config.data.corpus)) if isinstance(config.data, Data) else []
    if problems:
        return _Found(path, problems, [])
    with said_by(path):
        plan = make_plan(config)
    return _Found(path, [], list(plan.identity.get("notes", ())))


def _of_corpus(path: Path) -> _Found:
    from harness.checks import content_problems
    from harness.corpus_files import read_corpus
    from harness.remarks import corpus_remarks

    corpus, problems = read_corpus(path)
    if corpus is not None:
        problems = [*problems, *content_problems(corpus)]
    if corpus is None or problems:
        return _Found(path, sorted(set(problems)), [])
    return _Found(path, [], list(corpus_remarks(corpus)))
