"""A corpus and a run whose every text would like to be a program."""

import hashlib
import json

PAYLOADS = (
    "<script>document.title='owned';window.owned=1;fetch('/owned')</script>",
    '<img src="/owned" onerror="window.owned=1;alert(1)">',
    "'\"><svg onload=alert(1)><a href=javascript:alert(1)>x</a>",
    "\" autofocus onfocus=alert(1) x='",
    "</textarea></option></title></style></script><iframe src=/owned></iframe>",
    "{{ 7 * 7 }}${7 * 7}<%= 7 * 7 %>{% for x in y %}",
    "javascript:alert(1)//",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202egpj.exe\u202c and \u2066apart\u2069",
    "one\u2028two\u2029three",
    "]]><!-- --!> -->",
)
HOSTILE = " ".join(PAYLOADS)
LABEL, NOTE, TITLE = (f"{name} {HOSTILE}" for name in ("label", "note", "title"))
MODEL = f"model {HOSTILE}"


def spoil_corpus(corpus):
    """Make article, title, outlet, codebook, speakers, groups, notes and one label hostile."""
    _frozen(corpus, "alpha", f"{HOSTILE}\n")
    for article in ("alpha", "beta", "gamma"):
        paths = [corpus.gold(article), corpus.own("anna", article), corpus.own("bruno", article)]
        for path in paths:
            rows = [_hostile(row) for row in corpus.rows(path)]
            if article == "alpha":
                rows.append(_statement(rows[-1], corpus.text("alpha").read_text(encoding="utf-8")))
            corpus.write(path, rows)
    definition = f"takes a position and keeps it open {HOSTILE}"
    scheme = corpus.scheme.read_text(encoding="utf-8")
    scheme = scheme.replace("name: hedged", f"name: {json.dumps(LABEL)}")
    scheme = scheme.replace("takes a position and keeps it open", json.dumps(definition))
    corpus.scheme.write_text(
        scheme.replace("target: the offensive", f"target: {json.dumps(HOSTILE)}"), "utf-8"
    )
    corpus.codebook.write_text(
        f"# Codebook\n\nVersion 2.\n\n{HOSTILE}\n\n[x](javascript:alert(1))\n", encoding="utf-8"
    )


def _frozen(corpus, article, more):
    """Add a line to an article, and give it a hostile title and outlet."""
    path = corpus.text(article)
    before = path.read_bytes()
    path.write_bytes(before + more.encode("utf-8"))
    old, new = (hashlib.sha256(data).hexdigest() for data in (before, path.read_bytes()))
    corpus.replace(corpus.articles, old, new)
    corpus.replace(corpus.articles, "title: The summit ended early", f"title: {json.dumps(TITLE)}")
    corpus.replace(corpus.articles, "outlet: null", f"outlet: {json.dumps(HOSTILE)}")


def read_rows(path):
    """Return a file's statements; a line ends at a line feed and at nothing else."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _hostile(row):
    changed = dict(row)
    changed["speaker"] = f"{row['speaker']} {HOSTILE}" if row["speaker"] else ""
    changed["source_name"] = f"{row['source_name']} {HOSTILE}"
    changed["group"] = f"{row['group']} {HOSTILE}"
    changed["note"], changed["via"] = NOTE, [HOSTILE]
    changed["stance"] = LABEL if row["stance"] == "hedged" else row["stance"]
    if "votes" in row:
        changed["votes"] = {who: LABEL if v == "hedged" else v for who, v in row["votes"].items()}
    return changed


def _statement(last, text):
    """Return one more statement, whose content is the hostile line."""
    start = text.index(HOSTILE)
    span = [{"start": start, "end": start + len(HOSTILE), "text": HOSTILE}]
    row = {**last, "id": f"{last['id']}-more", "content": span, "cue": [], "group": f"more {HOSTILE}"}
    row["source"] = []
    if "derived_from" in row:
        row["derived_from"] = [f"{name}-more" for name in row["derived_from"]]
    return row


def rename_model(folder, old, new):
    """Give a model of a finished run a name that no configuration may have."""
    for name in ("manifest.json", "folds.json", "predictions.jsonl", "reruns.json"):
        path = folder / name
        path.write_text(
            path.read_text(encoding="utf-8").replace(json.dumps(old), json.dumps(new, ensure_ascii=False)),
            encoding="utf-8",
        )
