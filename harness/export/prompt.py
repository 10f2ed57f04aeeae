"""What a language model is asked, the same in every tool: the question, and the labels to answer with."""

from __future__ import annotations

from harness.export.material import Material


def question(material: Material) -> str:
    """Return the question with the labels below it, each with its definition where the corpus has one."""
    toward = f" toward {material.origin.target}" if material.origin.target else ""
    lines = [f"Which stance does the statement take{toward}?"]
    for label in material.labels:
        said = material.origin.definitions.get(label)
        lines.append(f"- {label}: {said}" if said else f"- {label}")
    return "\n".join(lines)


def only_label(material: Material) -> str:
    """Return the demand for an answer that is a label and nothing else."""
    return f"Answer with one of these labels and nothing else: {', '.join(material.labels)}."
