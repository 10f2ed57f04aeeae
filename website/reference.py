"""The pages that are made from the code, by their place in the site."""

from __future__ import annotations

from collections.abc import Callable

from harness.checks import CODES
from website import commands, configuration, formats, types
from website.tables import table


def problems() -> str:
    """Return the page of problem codes."""
    rows = [(f"`{code}`", what) for code, what in CODES.items()]
    return "\n".join([PROBLEMS_HEAD, table(("code", "what is wrong"), rows)])


PROBLEMS_HEAD = """# Problem codes

Every problem that `harness check` lists, and every error in data or a configuration, has a file, a line and one of
these codes, which do not change from version to version. `harness describe CODE` prints its line.
"""


def python() -> str:
    """Return the page of the Python interface, which mkdocstrings fills in from the docstrings."""
    rows = [
        (f"[`{command}`](commands.md#{command.replace(' ', '-')})", f"`{call}`") for command, call in CALLS
    ]
    return PYTHON.replace("COUNTERPARTS", table(("command", "in Python"), rows))


CALLS = (
    ("harness init", "harness.init"),
    ("harness check", "harness.check"),
    ("harness run", "harness.evaluate"),
    ("harness score", "harness.load_run"),
    ("harness report", "harness.Result.report"),
    ("harness compare", "harness.Result.compare"),
    ("harness leaderboard", "harness.leaderboard"),
    ("harness verify", "harness.verify"),
    ("harness power", "harness.power"),
    ("harness predict", "harness.predict"),
    ("harness export", "harness.export_data"),
    ("harness list", "harness.available"),
    ("harness describe", "harness.describe"),
    ("harness schema", "harness.schema"),
    ("harness doctor", "harness.examine"),
    ("harness annotate check", "harness.annotate.api.check"),
    ("harness annotate add", "harness.annotate.api.add"),
    ("harness annotate agree", "harness.annotate.api.agree"),
    ("harness annotate serve", "harness.annotate.api.serve"),
    ("harness annotate suggest", "harness.annotate.api.suggest"),
    ("harness annotate export", "harness.annotate.api.export_statements"),
    ("harness annotate import", "harness.annotate.api.import_statements"),
    ("harness annotate link", "harness.annotate.api.link"),
    ("harness annotate adjudicate", "harness.annotate.api.adjudicate"),
)
"""Each command and the function or method that does the same."""


PYTHON = """# Python

What each command does, as a function. `import harness` is quick: heavy libraries are imported when they are needed.

```python
import harness

result = harness.evaluate("configs/baseline.yaml", only=["majority", "lexicon"])
result.scores        # a data frame: split, model, metric, value, ci_low, ci_high, ...
result.summary       # what these data can tell apart, in a sentence
```

## Commands and their functions

COUNTERPARTS
Besides: `harness.dry_run` is `run --dry-run`, `harness.evaluate_sweep` runs a configuration with `sweep:`,
`harness.score_predictions` is `score --predictions`, and `harness.load` reads and checks a configuration.

## Functions

::: harness.api
    options:
      members: [init, available, describe, schema, examine, load, dry_run, evaluate, evaluate_sweep, load_run, score_predictions, check, leaderboard, verify, predict, power, export_data]

## Annotating

::: harness.annotate.api
    options:
      members: [check, add, agree, serve, suggest, export_statements, import_statements, link, adjudicate]

## A finished run

::: harness.result.Result
    options:
      heading_level: 3
      filters: ["!^_", "^_repr_html_$"]

## Errors

::: harness.errors.HarnessError
    options:
      heading_level: 3
      members: [render]

## A model of your own

::: harness.models.base.Model
    options:
      heading_level: 3
      members: [fit, train]
"""

GENERATED: dict[str, Callable[[], str]] = {
    "reference/configuration.md": configuration.page,
    "reference/commands.md": commands.page,
    "reference/models.md": types.models,
    "reference/splits.md": types.splits,
    "reference/metrics.md": types.metrics,
    "reference/files.md": formats.page,
    "reference/problems.md": problems,
    "reference/python.md": python,
}
