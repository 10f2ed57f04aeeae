"""Random articles and statements: astral characters, combining marks, right-to-left text, line breaks."""

import hashlib
import re
from pathlib import Path

from hypothesis import strategies as st

from harness.annotate.exchange.missing import filled
from harness.annotate.exchange.outgoing import export
from harness.corpus import GOLD, Corpus
from harness.records import Article, Label, Scheme, Span, Statement

ODD = "a bc\n\t“”\"'<&>,;:|é\u0301\u200d🙂𝔘👩‍👩‍👧שלוםعربي\u202e\u2028\x85漢字\\"
SCHEME = Scheme("the offensive", tuple(Label(n, n) for n in ("supportive", "neutral", "hedged")), 2)


NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def characters(xml=False):
    """Any character but CR and surrogates, odd ones often; only those of XML where that is asked."""
    wide = st.characters(exclude_categories=("Cs",), exclude_characters="\r")
    wide = wide.filter(lambda c: not NOT_XML.match(c)) if xml else wide
    return st.one_of(st.sampled_from(ODD), wide)


@st.composite
def corpora(draw, xml=False):
    """A corpus in memory: one article and up to three statements of the annotator anna."""
    text = draw(st.text(characters(xml), min_size=3, max_size=60))
    words = st.text(characters(xml), max_size=8)
    rows = tuple(_statement(draw, text, n, words) for n in range(draw(st.integers(1, 3))))
    sha = hashlib.sha256(text.encode()).hexdigest()
    article = Article("alpha", text, sha, None, "en")
    return Corpus(Path(), SCHEME, {"alpha": article}, {GOLD: (), "anna": rows})


def _statement(draw, text, number, words):
    def spans(least):
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2 * least, max_size=4)))
        pairs = zip(cuts[::2], cuts[1::2], strict=False)
        return tuple(Span(a, b, text[a:b]) for a, b in pairs)

    excluded = draw(st.booleans())
    return Statement(
        id=f"s{number}",
        article="alpha",
        content=spans(1),
        cue=spans(0),
        source=spans(0),
        source_name=draw(words) or "x",
        speaker=draw(words),
        source_kind=draw(st.sampled_from(("person", "outlet", "anonymous"))),
        via=tuple(draw(st.lists(words.filter(bool), max_size=2))),
        attribution=draw(st.sampled_from(("direct", "indirect", "mixed"))),
        stance=None if excluded else draw(st.sampled_from(SCHEME.names)),
        exclusion="opposed" if excluded else None,
        group=draw(words) or "g",
        confidence=draw(st.integers(1, 3)),
        note=draw(words),
        annotator="anna",
        codebook_version=2,
    )


def there_and_back(corpus, shape):
    """Export anna's statements and read them again: rows, and what was listed as lost."""
    exported = export(corpus, shape_name(shape), "anna")
    name = next(n for n in exported.files if n.endswith(shape.suffix))
    found = shape.read(name, exported.files, corpus.articles)
    assert found.problems == []
    rows = [filled(row, "anna", corpus.scheme, n)[0] for n, (_, row) in enumerate(found.rows, 1)]
    return rows, exported.losses


def shape_name(shape):
    from harness.annotate.exchange.formats import FORMATS

    return next(name for name, value in FORMATS.items() if value is shape)
