"""Soft labels: distributions from columns or JSON, gold from them, and every wrong row by line."""

import json

import pytest

COLUMNS = {"text": "text", "id": "id"}
BY_COLUMN = {"columns": {"favor": "p_favor", "against": "p_against"}}
HEADER = "id,text,p_favor,p_against\n"


def test_gold_is_the_most_probable_label_and_the_distribution_is_kept(read, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "1,t,0.75,0.25\n2,u,0,1\n3,v,.25,.75\n")
    data = read(file="a.csv", columns=COLUMNS, distribution=BY_COLUMN)
    assert data.labels == ("against", "favor")
    assert [(e.label, e.distribution) for e in data.examples] == [
        ("favor", (0.25, 0.75)),
        ("against", (1.0, 0.0)),
        ("against", (0.75, 0.25)),
    ]
    assert dict(data.examples[0].votes) == {}
    assert set(data.examples[0].fields) == {"text", "id"}, "shares are labels, which no model may see"


def test_counts_are_divided_and_shares_that_were_rounded_too(read, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "1,t,3,1\n2,u,1,4\n")
    data = read(file="a.csv", columns=COLUMNS, distribution={**BY_COLUMN, "as": "counts"})
    assert [e.distribution for e in data.examples] == [(0.25, 0.75), (0.8, 0.2)]
    (tmp_path / "a.csv").write_text(HEADER + "1,t,0.66,0.33\n2,u,0.33,0.66\n")
    data = read(file="a.csv", columns=COLUMNS, distribution=BY_COLUMN)
    assert data.examples[0].distribution == pytest.approx((1 / 3, 2 / 3))


@pytest.mark.parametrize("list_form", [False, True])
def test_a_column_of_json_says_the_same_as_columns(read, tmp_path, list_form):
    rows = [{"favor": 3, "against": 1}, {"against": 2}, {"none": 1, "against": 4}]
    order = ["favor", "against", "none"]
    cells = [[row.get(name, 0) for name in order] for row in rows] if list_form else rows
    lines = [json.dumps({"id": str(i), "text": "t", "dist": cell}) for i, cell in enumerate(cells)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    asked = {"column": "dist", "as": "counts"}
    data = read(file="a.jsonl", columns=COLUMNS, labels=order, distribution=asked)
    assert [e.distribution for e in data.examples] == [(0.75, 0.25, 0), (0, 1, 0), (0, 0.8, 0.2)]
    assert [e.label for e in data.examples] == ["favor", "against", "against"]


def test_equal_distributions_are_one_object(read, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "1,t,0.7,0.3\n2,u,0.2,0.8\n3,v,0.7,0.3\n")
    first, _, third = read(file="a.csv", columns=COLUMNS, distribution=BY_COLUMN).examples
    assert first.distribution is third.distribution


def test_every_wrong_row_is_told_by_line(refused, tmp_path):
    rows = """1,t,0.7,0.3
2,t,-0.5,1.5
3,t,nan,1
4,t,0.4,0.4
5,t,0,0
6,t,,1
7,t,,
8,t,0.5,0.5
9,t,two,1_0
"""
    (tmp_path / "a.csv").write_text(HEADER + rows)
    assert refused(file="a.csv", columns=COLUMNS, distribution=BY_COLUMN) == [
        ("a.csv", 3, "bad-value", "the share of 'favor' is -0.5, below 0"),
        ("a.csv", 4, "bad-value", "'p_favor' is 'nan', no number"),
        ("a.csv", 5, "bad-value", "the shares sum to 0.8, not 1"),
        ("a.csv", 6, "bad-value", "all shares are 0"),
        ("a.csv", 7, "bad-value", "'p_favor' is empty, and other shares are not"),
        ("a.csv", 8, "missing-field", "no distribution of labels"),
        ("a.csv", 9, "tie", "no label has the largest share alone (against: 0.5, favor: 0.5)"),
        ("a.csv", 10, "bad-value", "'p_against' is '1_0', no number"),
        ("a.csv", 10, "bad-value", "'p_favor' is 'two', no number"),
    ]


@pytest.mark.parametrize(
    ("cell", "code", "message"),
    [
        ('{"favor": 1, "agianst": 0}', "unknown-label", "has 'agianst', which is none of the labels"),
        ('{"favor": true, "against": 0}', "bad-value", "'dist' says True of 'favor', no number"),
        ('{"favor": null}', "bad-value", "'dist' says None of 'favor', no number"),
        ('{"favor": -1, "against": 2}', "bad-value", "the share of 'favor' is -1, below 0"),
        ('{"favor": NaN}', "bad-value", "no JSON object of shares by label"),
        ('{"favor": 1e999}', "bad-value", "no JSON object of shares by label"),
        ('{"favor": 1' + "0" * 400 + "}", "bad-value", "no number that can be added up"),
        ('{"favor": 0.5, "favor": 0.5}', "bad-value", "no JSON object of shares by label"),
        ("{}", "bad-value", "'dist' has no label"),
        ('{"favor": 0}', "bad-value", "all shares are 0"),
        ("[0.5, 0.3, 0.2]", "bad-value", "'dist' has 3 shares, and there are 2 labels"),
        ("favor", "bad-value", "'dist' is 'favor', no JSON object of shares by label"),
        ("0.5", "bad-value", "'dist' is '0.5', no JSON object of shares by label"),
    ],
)
def test_a_wrong_cell_of_json_is_told(refused, tmp_path, cell, code, message):
    quoted = cell.replace('"', '""')
    (tmp_path / "a.csv").write_text(f'id,text,dist\n1,t,"[1, 0]"\n2,u,"{quoted}"\n3,v,"[0, 1]"\n')
    asked = {"labels": ["favor", "against"], "columns": COLUMNS, "distribution": {"column": "dist"}}
    [(_, line, found, said)] = refused(file="a.csv", **asked)
    assert (line, found) == (3, code)
    assert message in said


def test_a_list_needs_the_order_of_its_shares(refused, tmp_path):
    (tmp_path / "a.csv").write_text('id,text,dist\n1,t,"[1, 0]"\n2,t,"{""favor"": 1}"\n')
    [(_, line, _, message)] = refused(file="a.csv", columns=COLUMNS, distribution={"column": "dist"})
    assert (line, message) == (2, "'dist' is a list: say the order of its shares in data.labels")


def test_a_label_that_the_configuration_gives_a_column_is_told_once(refused, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "1,t,0.7,0.3\n2,t,0.2,0.8\n")
    problems = refused(file="a.csv", columns=COLUMNS, labels=["favor", "con"], distribution=BY_COLUMN)
    message = "data.distribution has 'against', which is none of the labels"
    assert ("a.csv", 1, "unknown-label", message) in problems
    assert sum(code == "unknown-label" for _, _, code, _ in problems) == 1


def test_renamed_labels_add_up_and_dropped_ones_are_taken_out(read, tmp_path):
    lines = ["1,t,0.3,0.3,0.2,0.2", "2,u,0,0,0,1", "3,v,0,0.1,0.8,0.1"]
    (tmp_path / "a.csv").write_text("id,text,y,Y,n,other\n" + "\n".join(lines))
    data = read(
        file="a.csv",
        columns=COLUMNS,
        distribution={"columns": {c: c for c in ("y", "Y", "n", "other")}},
        label_map={"Y": "y"},
        drop_labels=["other"],
    )
    assert data.labels == ("n", "y")
    # 0.6 and 0.2 of 0.8 are left of the first; nothing of the second
    assert [e.id for e in data.examples] == ["1", "3"]
    assert data.examples[0].distribution == pytest.approx((0.25, 0.75))
    assert data.examples[1].distribution == pytest.approx((8 / 9, 1 / 9))
    assert data.notes == ("dropped_labels: 1 of 3 rows are labelled other 1; left out",)


def test_rules_and_ties_hold_for_shares_too(read, tmp_path):
    text = "id,text,a,b,c\n1,t,0.5,0.25,0.25\n2,t,0.4,0.4,0.2\n3,t,0,1,0\n4,t,0.1,0.2,0.7\n"
    (tmp_path / "a.csv").write_text(text)

    def gold(**asked):
        named = {"columns": {c: c for c in "abc"}}
        data = read(file="a.csv", columns=COLUMNS, distribution={**named, **asked})
        return {e.id: e.label for e in data.examples}, data.notes

    found, notes = gold(tie="first")
    assert found == {"1": "a", "2": "a", "3": "b", "4": "c"}, "the first in the order of the labels"
    [note] = notes
    head, _, done = note.partition("; ")
    assert head == "ties: 1 of 4 rows have no label with the largest share alone"
    assert done == "the first label with the largest share is taken"
    found, notes = gold(tie="drop", rule="majority")
    assert found == {"3": "b", "4": "c"}, "half is not more than half"
    assert notes == ("ties: 2 of 4 rows have no label with a share above 50%; left out",)
    assert gold(tie="drop", rule={"at_least": 0.5})[0] == {"1": "a", "3": "b", "4": "c"}


def test_a_gold_column_wins_and_rows_may_then_lack_a_distribution(read, tmp_path):
    (tmp_path / "a.csv").write_text("id,text,y,p,q\n1,t,con,1,0\n2,u,pro,,\n3,v,pro,0.5,0.5\n")
    asked = {"columns": {"pro": "p", "con": "q"}}
    data = read(file="a.csv", columns={**COLUMNS, "label": "y"}, distribution=asked)
    assert [(e.label, e.distribution) for e in data.examples] == [
        ("con", (0.0, 1.0)),
        ("pro", None),
        ("pro", (0.5, 0.5)),
    ]
    assert data.notes == ()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"distribution": {}}, "give either 'columns' or 'column'"),
        ({"distribution": {"columns": {"a": "p", "b": "p"}}}, "cannot have the shares of two labels"),
        ({"distribution": {"column": "d"}, "annotations": {"columns": ["a"]}}, "give either annotations"),
        ({"distribution": {"column": "d", "rule": {"at_least": 0}}}, "greater than 0, got 0"),
        ({"distribution": {"column": "d", "rule": "most"}}, "'plurality', 'majority' or 'unanimous'"),
        ({"distribution": {"column": "d", "tolerance": 0.5}}, "less than 0.5"),
        ({}, "give columns.label, annotations or distribution"),
    ],
)
def test_a_distribution_that_makes_no_sense_is_refused(refused, tmp_path, data, message):
    (tmp_path / "a.csv").write_text("id,text,d\n1,t,x\n")
    [(_, _, code, said)] = refused(file="a.csv", columns=COLUMNS, **data)
    assert code == "config-value"
    assert message in said


def test_a_column_of_shares_that_is_not_there_is_told(refused, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + "1,t,0.7,0.3\n")
    asked = {"columns": {"favor": "p_favor", "against": "p_agianst"}}
    [(_, line, _, message)] = refused(file="a.csv", columns=COLUMNS, distribution=asked)
    assert (line, message) == (1, "no column 'p_agianst', which data.distribution names")
