"""Figures as SVG: deterministic bytes, text as text, colours that a page can set.

Drawings are made once with stand-in colours. The file of a figure gets a light palette on white paper;
the copy inside the page gets CSS variables, so that it follows the page's theme.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from harness.records import Scores
from harness.report.palette import CSS, INK, LIGHT, PAPER, RULE
from harness.report.plots import plots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "harness",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.edgecolor": RULE,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "figure.facecolor": PAPER,
    "text.color": INK,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.labelcolor": INK,
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """One figure: where its file goes, what it shows in words, and its two forms."""

    path: str
    section: str
    title: str
    alt: str
    file: str
    page: str


def draw(scores: Scores) -> tuple[Drawing, ...]:
    """Return every figure that the scores have something for; imports matplotlib."""
    # Where it cannot keep its list of fonts it says so each time; figures are the same without.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib.style import context

    out = []
    with warnings.catch_warnings(), context(["default", STYLE]):  # a user's matplotlibrc changes nothing
        # Text stays text: a glyph that matplotlib's own font lacks is the reader's font's business.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        for number, plot in enumerate(plots(scores), 1):
            svg = _svg(plot.figure)
            file = _titled(_coloured(svg, LIGHT), plot.title, plot.alt, f"f{number}")
            page = _for_page(_titled(_coloured(svg, CSS), plot.title, plot.alt, f"p{number}"))
            out.append(Drawing(f"figures/{plot.name}.svg", plot.section, plot.title, plot.alt, file, page))
    return tuple(out)


def _svg(figure: Figure) -> str:
    """Return the figure as SVG text without a date or the library's version."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    # Line ends carry no trailing blanks, so that the files do not trip up a repository's checks.
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _coloured(svg: str, palette: dict[str, str]) -> str:
    return re.sub(r"#010[23][0-9a-f]{2}", lambda m: palette.get(m[0], m[0]), svg)


def _titled(svg: str, title: str, alt: str, prefix: str) -> str:
    """Give a figure a name and a description for screen readers, and ids that no other figure has."""
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'href="#', f'href="#{prefix}-', svg).replace("url(#", f"url(#{prefix}-")
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    names = f'<title id="{prefix}-title">{escape(title)}</title><desc id="{prefix}-desc">{escape(alt)}</desc>'
    return re.sub(
        r"(<svg\b[^>]*)>",
        lambda m: f'{m[1]} role="img" aria-labelledby="{prefix}-title {prefix}-desc">\n {names}',
        svg,
        count=1,
    )


def _for_page(svg: str) -> str:
    """Return the ``svg`` element alone, in the page's font."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"(font: [^;\"']*?[\d.]+px) [^;\"]*", r"\1 var(--sans)", svg)
    return re.sub(r"font-family: [^;\"]*", "font-family: var(--sans)", svg)
