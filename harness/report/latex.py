"""The same tables for a paper: LaTeX with booktabs."""

from __future__ import annotations

import re

from harness.records import Scores
from harness.report.document import document
from harness.report.facts import PARTIAL
from harness.report.sentence import sentence
from harness.report.tables import Cell, Table

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "−": r"$-$",
}
_MINUS = re.compile(r"(?<![\w.)])-(?=\d)")
WIDE = 6


def escape(text: str) -> str:
    """Return text that LaTeX prints as it is."""
    return "".join(_ESCAPES.get(c, c) for c in " ".join(text.split()))


def to_latex(scores: Scores) -> str:
    """Return every table of the report as a floating table of its own, to be put in with `input`."""
    lines = [r"% needs \usepackage{booktabs} and UTF-8 input", f"% {' '.join(sentence(scores).split())}"]
    if scores.partial:
        lines.append(f"% {PARTIAL}")
    for section in document(scores):
        lines += ["", f"% --- {' '.join(f'{section.title}: {section.lead}'.split())}"]
        for table in section.tables:
            lines += ["", latex_table(table, section.title, partial=scores.partial)]
    lines += [
        "",
        r"\par{\footnotesize\raggedright\noindent Signature: " + _breakable(scores.signature) + "\\par}",
        "",
    ]
    return "\n".join(lines)


def latex_table(table: Table, title: str, *, partial: bool = False) -> str:
    """Return one ``table`` environment; rules above, below and under the head only."""
    caption = f"{'PARTIAL RUN. ' if partial else ''}{title}. {table.caption}."
    size = [r"\footnotesize", r"\setlength{\tabcolsep}{3pt}"] if len(table.head) > WIDE else [r"\small"]
    head = " & ".join(escape(h) for h in table.head)
    body = [
        " & ".join(_cell(c, a) for c, a in zip(row, table.align, strict=True)) + r" \\" for row in table.rows
    ]
    notes = [rf"\\[2pt]\textsuperscript{{{i}}}\,{escape(n)}" for i, n in enumerate(table.notes, 1)]
    label = re.sub(r"[^A-Za-z0-9]+", "-", table.key)
    return "\n".join(
        [
            r"\begin{table}[htbp]",
            r"\centering",
            *size,
            rf"\caption{{{escape(caption)}}}",
            rf"\label{{tab:{label}}}",
            rf"\begin{{tabular}}{{@{{}}{table.align}@{{}}}}",
            r"\toprule",
            rf"{head} \\",
            r"\midrule",
            *body,
            r"\bottomrule",
            r"\end{tabular}",
            *(
                [
                    "",
                    r"\medskip",
                    r"\parbox{\linewidth}{\footnotesize\raggedright "
                    + "".join(notes).removeprefix(r"\\[2pt]")
                    + "}",
                ]
                if notes
                else []
            ),
            r"\end{table}",
        ]
    )


def _cell(cell: Cell, align: str) -> str:
    text = _MINUS.sub("−", cell.text) if align == "r" else cell.text
    return escape(text) + (rf"\textsuperscript{{{cell.note}}}" if cell.note else "")


def _breakable(signature: str) -> str:
    return r"\textbar\allowbreak{}".join(rf"\texttt{{{escape(part)}}}" for part in signature.split("|"))
