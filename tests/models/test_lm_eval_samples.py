"""Samples that lm_eval logged, read as predictions; each fault named by its line."""

import json
import math

import numpy as np
import pytest

from harness.errors import ProblemsError
from harness.models.external import ExternalPredictions
from harness.models.lm_eval_samples import prediction_row
from harness.records import Example

NAMES = ("supportive", "neutral", "hedged")


def choice(i, likelihoods, labels=NAMES, **more):
    """A sample as lm_eval 0.4 writes it: likelihoods and whether they were greedy, all as text."""
    arguments = {f"gen_args_{k}": {"arg_0": "Stance:", "arg_1": f" {x}"} for k, x in enumerate(labels)}
    resps = [[str(x), "False"] for x in likelihoods]
    sample = {"doc_id": 0, "doc": {"id": i}, "arguments": arguments, "resps": [[r] for r in resps]}
    return sample | {"filtered_resps": resps} | more


def reply(i, text):
    return {"doc_id": 0, "doc": {"id": i}, "resps": [[text]], "filtered_resps": [text]}


def test_the_label_with_the_highest_likelihood_is_predicted_and_likelihoods_become_probabilities():
    row = prediction_row(choice("a", [math.log(0.1), math.log(0.3), math.log(0.1)]), NAMES)
    assert (row["id"], row["predicted"]) == ("a", "neutral")
    # 0.1, 0.3 and 0.1 over their sum of 0.5
    assert row["probabilities"] == pytest.approx({"supportive": 0.2, "neutral": 0.6, "hedged": 0.2})


def test_the_order_of_choices_is_that_of_the_sample_and_the_first_of_equal_ones_wins():
    row = prediction_row(choice("a", [-1, -1, -2], ("hedged", "supportive", "neutral")), NAMES)
    assert row["predicted"] == "hedged"


def test_an_impossible_label_has_probability_nought_and_none_possible_has_no_probabilities():
    row = prediction_row(choice("a", [-1, -1, -math.inf]), NAMES)
    assert row["probabilities"] == {"supportive": 0.5, "neutral": 0.5, "hedged": 0}
    assert "probabilities" not in prediction_row(choice("a", [-math.inf] * 3), NAMES)


def test_logs_with_numbers_and_lists_of_arguments_are_read_alike():
    arguments = [["Stance:", f" {x}"] for x in NAMES]
    sample = choice("a", []) | {
        "arguments": arguments,
        "filtered_resps": [[-2.0, False], [-3, 0], [-1.5, True]],
    }
    assert prediction_row(sample, NAMES)["predicted"] == "hedged"
    del sample["filtered_resps"]
    assert (
        prediction_row(sample | {"resps": [[[-1, False]], [[-3, 0]], [[-2, 1]]]}, NAMES)["predicted"]
        == NAMES[0]
    )


@pytest.mark.parametrize("text", ["lol", "Neutral", "neutral.", "", "neutral hedged"])
def test_a_reply_that_is_more_or_less_than_a_label_is_none(text):
    assert prediction_row(reply("a", text), NAMES) == {"id": "a", "predicted": None, "reply": text}


def test_white_space_around_a_reply_does_not_count():
    assert prediction_row(reply("a", "\n hedged "), NAMES) == {"id": "a", "predicted": "hedged"}


def test_faults_are_named_by_their_lines_all_at_once(tmp_path):
    rows = [
        choice("a-1", [-1, -2, -3]),
        choice("a-2", [-1, -2]),  # two likelihoods for three labels
        choice("a-3", [-1, -2, -3], ("supportive", "neutral", "unsure"))
        | {"filtered_resps": [["-9"], ["-9"], ["-1"]]},
        choice("a-4", ["nan", -2, -3]),
        {"doc_id": 4, "doc": {"text": "no id"}, "filtered_resps": ["neutral"]},
        {"doc_id": 5, "doc": {"id": "a-6"}, "filtered_resps": [3]},
        reply("a-1", "neutral"),
    ]
    path = tmp_path / "samples.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    examples = [Example(f"a-{k}", "neutral", "", f"a-{k}", "x") for k in range(1, 7)]
    with pytest.raises(ProblemsError) as error:
        ExternalPredictions(path=str(path)).verify_data(examples, NAMES)
    found = [(p.place.line, p.code) for p in error.value.problems if p.code != "missing-id"]
    assert found == [
        (2, "lm-eval-sample"),
        (3, "unknown-label"),
        (4, "lm-eval-sample"),
        (5, "missing-field"),
        (6, "lm-eval-sample"),
        (7, "duplicate-id"),
    ]
    assert "3 choices and 2 log-likelihoods" in str(error.value.problems)


def test_samples_and_plain_rows_may_stand_in_one_file(tmp_path):
    path = tmp_path / "p.jsonl"
    rows = [reply("a", "neutral"), {"id": "b", "predicted": "hedged"}, reply("c", "lol")]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    examples = [Example(i, "neutral", "", i, "x") for i in "abc"]
    output = (
        ExternalPredictions(path=str(path)).start(examples, NAMES).fit_predict(np.array([]), np.arange(3), 0)
    )
    assert output.predicted.tolist() == [1, 2, 3], "3 is no label"
