"""What a report says of the sample, the labels and the models before it shows a number."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from harness.records import AnnotatorAgreement, RunRecord, Score, Scores
from harness.report import render
from harness.report.grounds import grounds

CUES = "applies a cue list"


def agreed(scores: Scores, n_annotators: int) -> Scores:
    """4 statements with labels of at least two annotators, 3 of them unanimous."""
    found = AnnotatorAgreement(
        n=4, n_groups=3, n_annotators=n_annotators, unanimous=3, observed=Score(0.75), alpha=Score(0.6)
    )
    return replace(scores, agreement=found)


def labels_line(scores: Scores, annotators: dict[str, str], **data: str) -> str:
    said = {"grounds": {"annotators": annotators, "models": {}}, "config": {"data": data}}
    return next((line for line in grounds(scores, said) if line.startswith("Labels:")), "")


def test_a_run_that_declares_nothing_says_only_what_its_sample_is(bare: Scores) -> None:
    lines = grounds(replace(bare, agreement=None), {})
    assert len(lines) == 1
    assert lines[0].startswith(f"Sample: {bare.n} statements in {bare.n_groups} groups")
    assert f"Effective n {bare.n_effective:.1f}: as many statements as these are worth" in lines[0]


@pytest.mark.parametrize("said", [None, [], "x", {"annotators": ["a"], "models": None}])
def test_a_manifest_whose_grounds_are_no_mapping_says_nothing_of_them(bare: Scores, said: Any) -> None:
    assert len(grounds(replace(bare, agreement=None), {"grounds": said, "config": {"data": None}})) == 1


def test_annotators_that_are_language_models_are_called_that_with_what_it_means(bare: Scores) -> None:
    line = labels_line(agreed(bare, 2), {"a": "language model", "b": "language model"})
    assert "2 annotators, unanimous on 75% of the 4 statements" in line
    assert "alpha 0.600" in line
    assert "The annotators are language models, not people." in line
    assert "agreement overstates" in line


def test_people_are_called_people_and_their_agreement_is_left_as_it_is(bare: Scores) -> None:
    line = labels_line(agreed(bare, 2), {"a": "person", "b": "person"})
    assert "The annotators are people." in line
    assert "overstates" not in line


def test_of_three_annotators_one_of_whom_is_declared_two_are_not_known(bare: Scores) -> None:
    line = labels_line(agreed(bare, 3), {"a": "person"})
    assert "The annotators are 1 person; of 2 others the corpus does not say it." in line


def test_people_and_language_models_are_counted_apart(bare: Scores) -> None:
    line = labels_line(agreed(bare, 3), {"a": "person", "b": "language model", "c": "person"})
    assert "The annotators are 1 language model and 2 people." in line
    assert "overstates" in line


def test_one_annotators_labels_are_called_theirs(bare: Scores) -> None:
    line = labels_line(replace(bare, agreement=None), {"anna": "person"}, annotator="anna")
    assert line == "Labels: Those of one annotator, anna. The annotator is a person."


@pytest.mark.parametrize("form", ["md", "html"])
def test_both_reports_say_what_a_model_knows_besides_its_training(
    form: str, record: RunRecord, bare: Scores
) -> None:
    manifest = {"grounds": {"annotators": {}, "models": {"lexicon": f"{CUES} <b>"}}}
    text = render(form, record, bare, manifest=manifest)
    assert isinstance(text, str)
    plain = unescape(re.sub(r"<[^>]*>", "", text)) if form == "html" else text.replace("\\", "")
    assert "What these figures rest on" in plain
    assert f"Model lexicon: it {CUES} <b>." in plain
