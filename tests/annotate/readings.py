"""What the suggester makes of a sentence, short enough to be written beside it."""

from harness.annotate.suggest.candidates import candidates


def readings(text):
    """Return source, cue and contents of each candidate; what has several spans is joined by a bar."""
    return [
        tuple(" | ".join(s.text for s in spans) for spans in (c.source, c.cue, c.content))
        for c in candidates(text)
    ]
