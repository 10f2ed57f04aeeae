"""The colours of figures: stand-ins while drawing, a light palette in files, CSS variables in the page."""

INK, MUTED, PAPER, ACCENT, RULE = "#010203", "#010204", "#010205", "#010206", "#010207"
SERIES = tuple(f"#0103{i:02x}" for i in range(8))
"""Stand-ins for the colours of lines; never the only difference between two lines."""
LIGHT = {
    INK: "#1b1d21",
    MUTED: "#595f69",
    PAPER: "#ffffff",
    ACCENT: "#0a5f9e",
    RULE: "#c9cdd4",
    **dict(zip(SERIES[:4], ("#0a5f9e", "#b04a00", "#00735a", "#a03a78"), strict=True)),
    **dict(zip(SERIES[4:], ("#5c5c5c", "#7a5c00", "#4b4bc8", "#1b1d21"), strict=True)),
}
CSS = {
    INK: "currentColor",
    MUTED: "var(--muted)",
    PAPER: "var(--paper)",
    ACCENT: "var(--accent)",
    RULE: "var(--rule)",
    **{colour: f"var(--series-{i})" for i, colour in enumerate(SERIES)},
}
