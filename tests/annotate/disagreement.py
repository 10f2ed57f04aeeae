"""A corpus of which one article waits for adjudication: all ways in which two annotators can differ."""

HOSTILE = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"


def disagreeing(corpus):
    """Take gamma's gold away and let bruno differ.

    Case 1 is unanimous; 2 anna alone found; 3 differs in stance (anna hedged, bruno neutral), and bruno's
    note is markup; 4 differs in the content, of which bruno has the first two words.
    """
    corpus.gold("gamma").unlink()
    path = corpus.own("bruno", "gamma")
    first, _, third, fourth = corpus.rows(path)
    third["note"] = HOSTILE
    [span] = fourth["content"]
    assert span["text"] == "the offensive without reserve"
    fourth["content"] = [span | {"end": span["start"] + 13, "text": "the offensive"}]
    corpus.write(path, [first, third, fourth])
    return corpus
