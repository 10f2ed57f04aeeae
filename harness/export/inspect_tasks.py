"""A folder for ``inspect eval``: a task file, the prompt and the data that it reads."""

from __future__ import annotations

from harness.export.material import Material
from harness.export.prompt import only_label, question
from harness.export.task_data import carried, task_files


def files(material: Material) -> dict[str, bytes]:
    """Return ``stance.py`` with the task, ``prompt.txt``, the data, and how to run it.

    The task asks for all statements or, given a split, for each with examples from the training set of
    the fold (of the split's first repeat) that tests it.
    """
    texts = {
        "README.md": _readme(material),
        "stance.py": carried("inspect_stance.py"),
        "prompt.txt": f"{question(material)}\n{only_label(material)}\n",
    }
    return {name: text.encode("utf-8") for name, text in texts.items()} | task_files(material)


def _readme(material: Material) -> str:
    splits = "\n".join(
        f"    inspect eval stance.py --model MODEL -T split={s} -T shots=3" for s in material.splits
    )
    return f"""# {material.name}

{len(material.examples)} statements, labels {", ".join(material.labels)}.
The folder can be moved; only inspect_ai is needed.
`prompt.txt` is the system message and may be edited.

All statements, without examples:

    inspect eval stance.py --model MODEL

Held-out folds: each statement with examples from the training set of the fold that tests it, all in one log
(`-T fold=0` asks one fold, `-T seed=1` draws other examples):

{splits}

Score the log as any other predictions; a reply that is no label is wrong:

    harness score --predictions logs/LOG.eval --config CONFIG
"""
