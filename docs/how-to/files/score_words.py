"""A stand-in for your own system: reads the exported statements, writes one prediction a line."""

import csv
import json
import sys

SUPPORT = ("understand", "condemn", "protect", "necessity", "support")

with open(sys.argv[1], encoding="utf-8", newline="") as table:
    for row in csv.DictReader(table):
        text = row["text"].lower()
        label = "supportive" if any(word in text for word in SUPPORT) else "neutral"
        print(json.dumps({"id": row["id"], "predicted": label}))
