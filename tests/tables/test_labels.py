"""Labels of several annotators: gold by a rule, ties that are seen, votes that scores are made of."""

import numpy as np
import pytest

from harness.table_data import AtLeast
from harness.tables.consensus import consensus, vote_weights

HEADER = "id,text,a1,a2,a3\n"
COLUMNS = {"text": "text", "id": "id"}
VOTES = {"columns": ["a1", "a2", "a3"]}


def made(votes, n_labels, rule="plurality", *, first=False):
    """Gold of one array of votes an annotator, and which rows the rule leaves open."""
    gold, left_open = consensus(vote_weights(votes, n_labels), rule, votes if first else None)
    return gold.tolist(), left_open.tolist()


def test_a_plurality_needs_more_votes_than_any_other_label():
    # pro pro con -> pro; con and one abstention -> con; pro con -> tied; nobody -> nothing
    votes = [np.array([0, 1, 0, -1]), np.array([0, -1, 1, -1]), np.array([1, -1, -1, -1])]
    assert made(votes, 2) == ([0, 1, -1, -1], [False, False, True, False])
    # the first that voted for one of the tied labels
    assert made(votes[::-1], 2, first=True) == ([0, 1, 1, -1], [False, False, True, False])


def test_the_first_of_tied_labels_is_never_a_label_with_fewer_votes():
    # c a a b b: a and b tie with two votes each; the first annotator said c
    votes = [np.array([v]) for v in (2, 0, 0, 1, 1)]
    assert made(votes, 3, first=True) == ([0], [True])


@pytest.mark.parametrize(
    ("rule", "gold"),
    [
        ("plurality", [0, 0, 0, 0, -1, -1, 2]),
        ("majority", [0, 0, 0, -1, -1, -1, 2]),
        (AtLeast(at_least=0.75), [0, 0, -1, -1, -1, -1, 2]),
        (AtLeast(at_least=0.4), [0, 0, 0, 0, -1, -1, 2]),
        ("unanimous", [0, -1, -1, -1, -1, -1, 2]),
    ],
)
def test_each_rule_asks_for_its_share_of_the_votes(rule, gold):
    # aaaa (1), aaab (3/4), aab (2/3), aabc (1/2), aabb (tied), nobody, and one annotator alone
    rows = [(0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, -1), (0, 0, 1, 2), (0, 0, 1, 1), (-1,) * 4, (-1, -1, 2, -1)]
    votes = list(np.array(rows).T)
    assert made(votes, 3, rule)[0] == gold
    # whatever is left open has the first label with most votes, if that is asked for
    assert made(votes, 3, rule, first=True)[0] == [0, 0, 0, 0, 0, -1, 2]


def test_what_a_rule_leaves_open_is_counted_or_told_with_the_rule(read, refused, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "1,t,pro,pro,con\n2,u,con,con,con\n3,v,pro,pro,pro\n")
    asked = {"file": "a.csv", "columns": COLUMNS}
    assert read(**asked, annotations={**VOTES, "rule": "majority"}).notes == ()
    data = read(**asked, annotations={**VOTES, "rule": "unanimous", "tie": "drop"})
    assert [e.id for e in data.examples] == ["2", "3"]
    assert data.notes == ("ties: 1 of 3 rows have no label with all votes; left out",)
    data = read(**asked, annotations={**VOTES, "rule": {"at_least": 0.7}, "tie": "first"})
    assert [e.label for e in data.examples] == ["pro", "con", "pro"]
    [note] = data.notes
    expected = "at least 70% of the votes; the first label with most votes is taken"
    assert note == f"ties: 1 of 3 rows have no label with {expected}"
    assert refused(**asked, annotations={**VOTES, "rule": {"at_least": 0.7}}) == [
        ("a.csv", 2, "tie", "no label has at least 70% of the votes (a1: pro, a2: pro, a3: con)")
    ]


def test_gold_is_the_plurality_and_every_vote_is_kept(read, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "1,t,pro,pro,con\n2,u,CON,con,\n3,v,pro,other,con\n")
    data = read(
        file="a.csv",
        columns=COLUMNS,
        annotations={**VOTES, "tie": "drop"},
        label_map={"CON": "con"},
        drop_labels=["other"],
    )
    assert [(e.id, e.label, dict(e.votes)) for e in data.examples] == [
        ("1", "pro", {"a1": "pro", "a2": "pro", "a3": "con"}),
        ("2", "con", {"a1": "con", "a2": "con", "a3": None}),
    ]
    assert data.notes == ("ties: 1 of 3 rows have no label with most votes; left out",)
    assert set(data.examples[0].fields) == {"text", "id"}, "votes are labels, which no model may see"


def test_a_label_that_no_row_has_is_told(read, tmp_path):
    (tmp_path / "a.csv").write_text("id,text,y\n1,t,PRO\n2,u,CON\n3,v,un\n")
    data = read(
        file="a.csv",
        columns={**COLUMNS, "label": "y"},
        label_map={"PRO": "pro", "COM": "con", "un": "unrelated"},
        drop_labels=["unrelated", "unrelatd"],
    )
    assert data.labels == ("CON", "pro")
    assert data.notes == (
        "unused: no row has the label 'COM', 'unrelatd' of label_map or drop_labels",
        "dropped_labels: 1 of 3 rows are labelled unrelated 1; left out",
    )


def test_ties_and_rows_without_a_vote_are_told_by_line(refused, read, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "1,t,pro,con,\n2,u,,,\n3,v,pro,pro,con\n4,w,con,con,x\n")
    asked = {"file": "a.csv", "columns": COLUMNS, "annotations": VOTES, "labels": ["pro", "con"]}
    assert refused(**asked) == [
        ("a.csv", 2, "tie", "no label has most votes (a1: pro, a2: con)"),
        ("a.csv", 3, "missing-field", "no annotator gave a label"),
        ("a.csv", 5, "unknown-label", "the vote 'a3' 'x' is none of the labels"),
    ]


def test_lists_of_votes_are_read_from_json_and_parquet(read, refused, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    votes = [["pro", "con", "pro"], ["con"], ["con", None, "con"]]
    table = pa.table({"id": ["1", "2", "3"], "text": ["t", "u", "v"], "votes": votes})
    pq.write_table(table, tmp_path / "a.parquet")
    asked = {"columns": COLUMNS, "annotations": {"column": "votes"}}
    data = read(file="a.parquet", **asked)
    assert [e.label for e in data.examples] == ["pro", "con", "con"]
    assert dict(data.examples[2].votes) == {"votes 1": "con", "votes 2": None, "votes 3": "con"}
    lines = ['{"id": "1", "text": "t", "votes": ["pro"]}', '{"id": "2", "text": "t", "votes": "con"}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    assert ("a.jsonl", 2, "bad-value", "'votes' is 'con', no JSON list") in refused(file="a.jsonl", **asked)


def test_a_gold_column_wins_over_the_votes(read, tmp_path):
    (tmp_path / "a.csv").write_text("id,text,a1,a2,gold\n1,t,pro,pro,con\n2,u,pro,con,pro\n")
    data = read(file="a.csv", columns={**COLUMNS, "label": "gold"}, annotations={"columns": ["a1", "a2"]})
    assert [e.label for e in data.examples] == ["con", "pro"], "a tie does not matter where gold is given"
    assert dict(data.examples[0].votes) == {"a1": "pro", "a2": "pro"}


@pytest.mark.parametrize(("labels", "order"), [(None, ("con", "pro")), (["pro", "con"], ("pro", "con"))])
def test_the_order_of_labels_is_the_alphabet_or_what_is_said(read, tmp_path, labels, order):
    (tmp_path / "a.csv").write_text("id,text,y\n1,t,pro\n2,u,con\n")
    said = {} if labels is None else {"labels": labels}
    assert read(file="a.csv", columns={**COLUMNS, "label": "y"}, **said).labels == order
