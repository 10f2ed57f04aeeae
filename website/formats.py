"""Reference of the files that are read and written: their fields, from the classes that check them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from harness.corpus_files import GoldSpec, StatementSpec
from harness.records import Article
from website.tables import table
from website.values import in_words

STATEMENT = {
    "id": "unique in its folder",
    "article": "the article's id in `seeds/articles.yaml`",
    "content": "what is attributed: one span or more",
    "cue": "the words that attribute it; may be empty",
    "source": "the words that name the source; may be empty",
    "source_name": "who that is, pronouns resolved",
    "speaker": "who spoke, the same in every report; groups go by it; empty for nobody in particular",
    "source_kind": "what kind of source it is",
    "via": "who passed it on, outermost first",
    "attribution": "how it is reported",
    "stance": "a label of the scheme, or null with an exclusion",
    "exclusion": "why there is no stance",
    "group": "the statement group: reports of one utterance share it",
    "confidence": "the annotator's own, 3 is the highest",
    "note": "what is doubtful; may be empty",
    "annotator": "the folder's name, or `gold`",
    "codebook_version": "the version that the label was made with",
}
GOLD = {
    "votes": "each annotator's stance",
    "decision": "whether they agreed in every field, or somebody decided",
    "reason": "why it was decided so",
    "derived_from": "ids of the annotators' records",
}
ARTICLE = {
    "id": "names the text, `seeds/ID.txt`",
    "title": "as it stands in the article, or null",
    "outlet": "who published it, or null",
    "date": "of publication: `2022`, `2022-09` or `2022-09-16`; or null",
    "language": "a code such as `en`; `und` where not known",
    "machine_translated": "whether a machine translated it",
    "sha256": "of the text's bytes; a text is frozen",
    "provenance": "how it was received",
    "rights": "who may do what with it",
}
RUN = {
    "config.yaml": "the configuration, resolved; it runs again as it is",
    "manifest.json": "versions, commit, platform, digests, signature and times; the only file with times",
    "folds.json": "each fold: ids of training, test and purged statements, and what tuning chose",
    "predictions.jsonl": "each prediction of each model, split and repeat",
    "reruns.json": "confusion counts of the re-runs, the leakage row and the learning curve",
    "metrics.json": "every score, interval, comparison and note, in full precision",
    "report.html, report.md": "the report; the page asks the network for nothing",
    "figures/": "the report's figures as SVG",
    "models/": "what `harness predict` learnt, as JSON, arrays and skops files",
}

HEAD = """# Files

Text is UTF-8 without a byte order mark, lines end in a line feed, numbers of characters are Unicode code points, and the
end of a span is exclusive. `harness check` names every line that is otherwise.

## Statements {#statements}

`annotations/annotators/NAME/ARTICLE.jsonl`, one JSON object a line, every field in every line. A span is
`{"start": 428, "end": 493, "text": "…"}`, and the text must be what the article has there.
"""
GOLD_HEAD = """## Gold {#gold}

`annotations/gold/ARTICLE.jsonl`: the fields above, and these.
"""
ARTICLES_HEAD = """## Articles {#articles}

`seeds/articles.yaml` has a list `articles`, whose entries have these fields; the text of each is `seeds/ID.txt`.
"""
SCHEME = """## Scheme {#scheme}

`annotations/scheme.yaml`: `target` (what the stance is towards), `codebook_version`, and `labels`, a list of `name` and
`definition` in the order of every table. `order` or `distances` may say how far labels lie apart, for
[agreement](../annotating.md#agreement). `annotations/codebook.md` has a line that begins with `Version` and the same number.

## Tables {#tables}

[Your own data](../own-data.md) as CSV, TSV, JSON lines or Parquet; the configuration says which column is what
([keys](configuration.md#tabledata)).

## Predictions {#predictions}

Of a system that ran elsewhere, and what [`harness predict`](../predicting.md) writes: JSON lines, CSV or Parquet, one row a
statement.

| field | what it is |
|---|---|
| `id` | the statement's id |
| `predicted` | a label; null where what the system said is none |
| `probabilities` | optional, in all rows or in none: `{"label": p, …}` over all labels, summing to 1; in CSV as JSON in one cell |
| `reply` | optional: what was said where `predicted` is null |

## A run folder {#run}

`runs/NAME/FINGERPRINT/`. Two runs of one configuration on one machine give the same bytes in all JSON files but the manifest.
"""


def page() -> str:
    """Return the page."""
    head = ("field", "what it is", "value")
    statement = StatementSpec.model_json_schema(ref_template="{model}")["properties"]
    gold = GoldSpec.model_json_schema(ref_template="{model}")["properties"]
    articles = [(f"`{f.name}`", ARTICLE[f.name]) for f in fields(Article) if f.name != "text"]
    files = [(", ".join(f"`{name}`" for name in names.split(", ")), what) for names, what in RUN.items()]
    return "\n".join(
        [
            HEAD,
            table(head, [(f"`{name}`", STATEMENT[name], _value(one)) for name, one in statement.items()]),
            GOLD_HEAD,
            table(
                head, [(f"`{name}`", GOLD[name], _value(one)) for name, one in gold.items() if name in GOLD]
            ),
            ARTICLES_HEAD,
            table(
                ("field", "what it is"),
                sorted(articles, key=lambda row: list(ARTICLE).index(row[0].strip("`"))),
            ),
            SCHEME,
            table(("file", "what it holds"), files),
        ]
    )


def _value(schema: Mapping[str, object]) -> str:
    """Say what a field holds; lists of spans by that name."""
    if schema.get("items") == {"$ref": "_SpanSpec"}:
        return "list of spans"
    return in_words(schema)
