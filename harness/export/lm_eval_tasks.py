"""A folder for ``lm_eval --include_path``: one task over all gold, and for each split a group of folds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.export.material import Material
from harness.export.prompt import only_label, question
from harness.export.task_data import carried, task_files

MODULE = "stance.py"
TEMPLATE = "stance_template_yaml"
"""Without the suffix .yaml, or lm_eval would take it for a task."""


class _Function(str):
    """The name of a function in a YAML file: ``!function stance.macro_f1``."""


def files(material: Material) -> dict[str, bytes]:
    """Return the tasks, what they share, the functions that they name, the data, and how to run them.

    ``stance_<name>`` asks for the likelihood of each label, without examples; ``stance_<name>_generate``
    for a reply; the group ``stance_<name>_<split>`` has a task for each fold of the split's first repeat,
    whose examples (``--num_fewshot``) come from that fold's training set.
    """
    name = f"stance_{material.name}"
    out = {TEMPLATE: _yaml(_template(material)), f"{name}.yaml": _yaml(_task(name, {"num_fewshot": 0}))}
    out[f"{name}_generate.yaml"] = _yaml(_task(f"{name}_generate", {"num_fewshot": 0, **_generate(material)}))
    for split in material.splits:
        tasks = []
        for f in material.first_folds(split):
            tasks.append(f"{name}_{split}_fold{f.index}")
            fold = {"dataset_kwargs": {"split": split, "fold": f.index}, "fewshot_split": "train"}
            out[f"{tasks[-1]}.yaml"] = _yaml(_task(tasks[-1], fold))
        out[f"{name}_{split}.yaml"] = _yaml(_group(f"{name}_{split}", tasks))
    return {
        "README.md": _readme(name, material).encode("utf-8"),
        **out,
        MODULE: carried("lm_eval_stance.py").encode("utf-8"),
        **task_files(material),
    }


def _template(material: Material) -> dict[str, Any]:
    """What all tasks share."""
    second = any(e.pair is not None for e in material.examples)
    return {
        "custom_dataset": _Function("stance.statements"),
        "test_split": "test",
        "output_type": "multiple_choice",
        "description": _verbatim(question(material) + "\n\n"),
        "doc_to_text": "Statement: {{text}}\n" + "About: {{text_pair}}\n" * second + "Stance:",
        "doc_to_choice": list(material.labels),
        "doc_to_target": "label",
        "process_results": _Function("stance.by_likelihood"),
        "metric_list": [
            {"metric": "acc", "aggregation": "mean", "higher_is_better": True},
            {"metric": "macro_f1", "aggregation": _Function("stance.macro_f1"), "higher_is_better": True},
        ],
        "metadata": {"version": 1.0},
    }


def _generate(material: Material) -> dict[str, Any]:
    """What a task differs in that takes a reply."""
    return {
        "output_type": "generate_until",
        "description": _verbatim(f"{question(material)}\n{only_label(material)}\n\n"),
        "process_results": _Function("stance.by_reply"),
        "generation_kwargs": {"until": ["\n\n"], "do_sample": False, "max_gen_toks": 64},
    }


def _task(name: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"task": name, "include": TEMPLATE, **more}


def _group(name: str, tasks: list[str]) -> dict[str, Any]:
    """Pool accuracy over the folds, weighted by size; macro-F1 does not pool this way and is left out."""
    pooled = {"metric": "acc", "aggregation": "mean", "weight_by_size": True}
    return {"group": name, "task": tasks, "aggregate_metric_list": [pooled], "metadata": {"version": 1.0}}


def _verbatim(text: str) -> str:
    """Keep braces of a text from being read as a template."""
    return "{% raw %}" + text + "{% endraw %}" if "{" in text else text


def _yaml(value: Any) -> bytes:
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def function(dumper: yaml.SafeDumper, data: _Function) -> yaml.Node:
        return dumper.represent_scalar("!function", str(data))

    Dumper.add_representer(_Function, function)
    return yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100).encode("utf-8")


def _readme(name: str, material: Material) -> str:
    groups = "\n".join(f"    lm_eval --include_path . --tasks {name}_{s} ..." for s in material.splits)
    return f"""# {name}

{len(material.examples)} statements, labels {", ".join(material.labels)}.
The folder can be moved; no data are downloaded.

All statements, by the likelihood of each label:

    lm_eval --include_path . --tasks {name} --model hf --model_args pretrained=MODEL \\
      --log_samples --output_path results

By a reply, for services that give no likelihoods: `--tasks {name}_generate`.

Held-out folds; examples (`--num_fewshot 3`) come from each fold's own training set:

{groups}

`acc` of a group is pooled over its folds. Macro-F1 is not the mean of the folds' values. To score all
folds together:

    cat results/*/samples_{name}_SPLIT_fold*.jsonl > samples.jsonl
    harness score --predictions samples.jsonl --config CONFIG
"""
