from __future__ import annotations

from dataclasses import replace

from harness.records import Comparison, Score, Scores
from harness.report.sentence import sentence

from .conftest import SPLITS, comparison, evaluation, value


def of(scores: Scores, values: dict[str, float], pairs: tuple[Comparison, ...]) -> str:
    made = tuple(evaluation(SPLITS[0], m, {"macro_f1": value(v)}) for m, v in values.items())
    return sentence(replace(scores, evaluations=made, comparisons=pairs))


def test_a_model_that_beats_the_reference_is_said_to_score_higher(bare: Scores) -> None:
    assert sentence(bare) == (
        "lexicon has the highest macro-F1 (0.781 [0.681, 0.881]) on these 4 statements (3 groups) and scores "
        "higher than majority (difference 0.517 [0.394, 0.641], adjusted p < 0.0001, minimum detectable "
        "difference 0.319); the other, logreg, cannot be told apart from majority."
    )


def test_a_model_that_does_not_beat_the_reference_cannot_be_told_apart(bare: Scores) -> None:
    said = of(bare, {"majority": 0.3, "svm": 0.4}, (comparison(SPLITS[0], "svm", 0.1, 0.2),))
    assert said == (
        "svm has the highest macro-F1 (0.400 [0.300, 0.500]) on these 4 statements (3 groups) but cannot be "
        "told apart from majority (difference 0.100 [-0.023, 0.223], adjusted p = 0.2000, minimum detectable "
        "difference 0.319)."
    )


def test_a_reference_that_is_best_is_compared_from_its_own_side(bare: Scores) -> None:
    said = of(bare, {"majority": 0.5, "svm": 0.4}, (comparison(SPLITS[0], "svm", -0.1, 0.2),))
    assert "majority has the highest" in said
    assert "cannot be told apart from svm (difference 0.100 [-0.023, 0.223]" in said


def test_all_pairs_are_divided_into_told_apart_and_not(bare: Scores) -> None:
    pairs = (comparison(SPLITS[0], "a", 0.3, 0.001), replace(comparison(SPLITS[0], "a", 0.1, 0.5), b="b"))
    said = of(bare, {"a": 0.6, "majority": 0.3, "b": 0.5}, pairs)
    assert "and scores higher than majority (difference 0.300" in said
    assert "but cannot be told apart from b (difference 0.100" in said


def test_equality_is_never_claimed(bare: Scores) -> None:
    said = of(bare, {"majority": 0.4, "svm": 0.4}, (comparison(SPLITS[0], "svm", 0.0, 1.0),))
    assert said.startswith("majority and svm have the highest macro-F1")
    assert "cannot be told apart" in said
    assert not any(word in said for word in ("equal", "same", "as good", "identical"))


def test_two_best_models_are_both_named_and_one_is_compared_with_the_reference(bare: Scores) -> None:
    pairs = tuple(comparison(SPLITS[0], name, 0.3, 0.001) for name in ("svm", "logreg"))
    said = of(bare, {"majority": 0.3, "svm": 0.6, "logreg": 0.6}, pairs)
    assert said.startswith("svm and logreg have the highest macro-F1 (svm 0.600")
    assert ", and were not compared with each other; svm scores higher than majority (difference" in said
    assert said.endswith("; the other, logreg, can be told apart from majority.")


def test_one_model_alone_is_compared_with_nothing(bare: Scores) -> None:
    assert of(bare, {"svm": 0.4}, ()).endswith("; it was compared with no other model.")


def test_a_test_that_is_undefined_gives_its_reason(bare: Scores) -> None:
    pair = comparison(SPLITS[0], "svm", None, None, reason="few_groups: fewer than two statement groups")
    said = of(bare, {"majority": 0.3, "svm": 0.4}, (pair,))
    assert "no test can compare it with majority (few_groups: fewer than two statement groups)" in said


def test_a_score_that_is_undefined_everywhere_is_said_so(bare: Scores) -> None:
    made = evaluation(SPLITS[0], "svm", {"macro_f1": Score(None, reason="undefined: 0/0")})
    said = sentence(replace(bare, evaluations=(made,), comparisons=()))
    assert said == "macro-F1 is undefined for every model on these 4 statements (3 groups)."


def test_a_partial_run_is_not_to_be_quoted(bare: Scores) -> None:
    assert sentence(replace(bare, partial=True)).startswith("Partial run, not to be quoted: ")


def test_nothing_scored_is_no_error(bare: Scores) -> None:
    assert sentence(replace(bare, evaluations=(), comparisons=())) == "Nothing was scored."
