"""Any scikit-learn estimator by dotted path: built as written, refused where it cannot work."""

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline, make_union

from harness.errors import InputError
from harness.models.estimator import Estimator
from harness.records import Example

NAMES = ("supportive", "neutral", "hedged")
TEXTS = ["war and attack", "talks on trade", "peace and war", "trade rose", "attack on talks", "all sides"]
LABELS = np.array([0, 1, 2, 1, 0, 2])
SEEN = ["war on trade", "all talks", "peace"]
TFIDF = "sklearn.feature_extraction.text.TfidfVectorizer"


def same(steps, pipeline, **parameters):
    found = Estimator(steps=steps, **parameters).fit(TEXTS, LABELS, 3, 5, NAMES).predict(SEEN)
    pipeline.fit(TEXTS, LABELS)
    np.testing.assert_array_equal(found.predicted, pipeline.predict(SEEN))
    if hasattr(pipeline, "predict_proba"):
        np.testing.assert_allclose(found.probabilities, pipeline.predict_proba(SEEN), atol=1e-12)
    else:
        assert found.probabilities is None


def test_a_classifier_alone_gets_a_tfidf_vectoriser_before_it():
    same(
        ["sklearn.linear_model.LogisticRegression"],
        make_pipeline(TfidfVectorizer(), LogisticRegression(random_state=5)),
    )


def test_parameters_and_ranges_are_passed_on():
    same(
        [
            {TFIDF: {"ngram_range": [1, 2], "min_df": 1}},
            {"sklearn.linear_model.LogisticRegression": {"C": 9}},
        ],
        make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=9, random_state=5)),
    )


def test_nested_classes_are_built_and_seeded():
    same(
        [
            {
                "sklearn.pipeline.FeatureUnion": {
                    "transformer_list": [
                        ["w", {"class": TFIDF, "ngram_range": [1, 2]}],
                        ["c", {"class": TFIDF, "analyzer": "char_wb", "ngram_range": [2, 3]}],
                    ]
                }
            },
            {
                "sklearn.ensemble.BaggingClassifier": {
                    "estimator": {"class": "sklearn.ensemble.RandomForestClassifier", "n_estimators": 3},
                    "n_estimators": 4,
                }
            },
        ],
        make_pipeline(
            FeatureUnion(
                make_union(
                    TfidfVectorizer(ngram_range=(1, 2)),
                    TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3)),
                ).transformer_list
            ),
            BaggingClassifier(RandomForestClassifier(n_estimators=3, random_state=5), 4, random_state=5),
        ),
    )


def test_class_weights_reach_the_last_step():
    same(
        ["sklearn.linear_model.LogisticRegression"],
        make_pipeline(TfidfVectorizer(), LogisticRegression(class_weight={0: 1, 1: 1, 2: 9}, random_state=5)),
        class_weight={"hedged": 9.0},
    )


def test_a_classifier_without_probabilities_has_none():
    found = Estimator(steps=["sklearn.svm.LinearSVC"]).fit(TEXTS, LABELS, 3, 5, NAMES).predict(SEEN)
    assert found.probabilities is None


def test_a_label_that_training_lacks_gets_probability_zero():
    model = Estimator(steps=["sklearn.linear_model.LogisticRegression"])
    found = model.fit(TEXTS[:2], LABELS[:2], 3, 5, NAMES).predict(SEEN)
    assert found.probabilities[:, 2].tolist() == [0, 0, 0]
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)


def test_one_training_label_gives_a_constant():
    model = Estimator(steps=["sklearn.linear_model.LogisticRegression"])
    found = model.fit(TEXTS[:2], np.array([2, 2]), 3, 5, NAMES).predict(SEEN)
    assert found.predicted.tolist() == [2, 2, 2]
    assert found.probabilities.tolist() == [[0, 0, 1]] * 3


@pytest.mark.parametrize(
    ("steps", "message", "hint"),
    [
        (["sklearn.svm.LinearSVM"], "cannot import 'sklearn.svm.LinearSVM'", ""),
        (["sklearn.nothing.X"], "cannot import 'sklearn.nothing.X'", ""),
        (["LinearSVC"], "cannot import 'LinearSVC'", ""),
        ([""], "cannot import ''", ""),
        (["sklearn.base.clone"], "'sklearn.base.clone' is no scikit-learn estimator", ""),
        (["sklearn.utils.Bunch"], "'sklearn.utils.Bunch' is no scikit-learn estimator", ""),
        (
            [{"sklearn.svm.LinearSVC": {"max_itr": 5}}],
            "has no parameter 'max_itr'",
            "did you mean 'max_iter'?",
        ),
        (
            [{"sklearn.ensemble.BaggingClassifier": {"estimator": {"class": "sklearn.svm.SVC", "gama": 1}}}],
            "sklearn.svm.SVC has no parameter 'gama'",
            "did you mean 'gamma'?",
        ),
        (
            [{"sklearn.ensemble.BaggingClassifier": {"estimator": {"class": 5}}}],
            "'class' must be a dotted path, got 5",
            "",
        ),
        ([TFIDF], "the last step must be a classifier, got TfidfVectorizer", ""),
        (
            [{"sklearn.ensemble.BaggingClassifier": {"estimator": {"class": "os.system"}}}],
            "no scikit-learn",
            "",
        ),
        (["sklearn.pipeline.Pipeline"], "missing 1 required", ""),
    ],
)
def test_what_cannot_be_built_is_refused(steps, message, hint):
    with pytest.raises(InputError) as error:
        Estimator(steps=steps).verify()
    assert message in error.value.message
    assert hint in error.value.hint


def test_class_weights_need_a_classifier_that_takes_them():
    with pytest.raises(InputError, match="MultinomialNB has no class_weight"):
        Estimator(steps=["sklearn.naive_bayes.MultinomialNB"], class_weight="balanced").verify()


def test_what_scikit_learn_refuses_while_training_is_an_error_of_ours():
    model = Estimator(steps=[{"sklearn.svm.LinearSVC": {"C": -1}}])
    with pytest.raises(InputError, match=r"scikit-learn cannot train LinearSVC: .*'C'"):
        model.fit(TEXTS, LABELS, 3, 5, NAMES)


@pytest.mark.parametrize("steps", [[], [5], [{}], [{"a.B": {}, "c.D": {}}], [{"a.B": 5}], [{"a.B": []}]])
def test_steps_that_are_no_steps_are_refused(steps):
    with pytest.raises(ValidationError):
        Estimator.model_validate({"steps": steps})


def twins(n):
    """Return 2 n statements in n groups of two copies, the label by the group's number."""
    return [
        Example(f"s{g}{k}", ("no", "yes")[g % 2], f"{('war', 'talks')[g % 2]} word{g} w{k}", f"g{g}", "a")
        for g in range(n)
        for k in range(2)
    ]


def test_a_classifier_that_divides_its_training_set_never_parts_a_group():
    statements = twins(12)
    model = Estimator.model_validate(
        {
            "steps": [
                {
                    "sklearn.calibration.CalibratedClassifierCV": {
                        "estimator": {"class": "sklearn.svm.LinearSVC"},
                        "cv": 3,
                    }
                }
            ]
        }
    )
    pipeline = model.train(statements, ("no", "yes"), 5).classifier.pipeline
    groups = np.array([e.group for e in statements])
    folds = pipeline.steps[-1][1].cv
    assert len(folds) == 3
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
    assert sorted(np.concatenate([test for _, test in folds]).tolist()) == list(range(24))
    assert model.train(statements, ("no", "yes"), 5).label(statements).probabilities is not None


def test_dividing_inside_any_other_step_is_refused_with_the_way_that_keeps_groups():
    model = Estimator.model_validate(
        {
            "steps": [
                {
                    "sklearn.calibration.CalibratedClassifierCV": {
                        "estimator": {
                            "class": "sklearn.model_selection.GridSearchCV",
                            "estimator": {"class": "sklearn.svm.LinearSVC"},
                            "param_grid": {"C": [1, 2]},
                        }
                    }
                }
            ]
        }
    )
    with pytest.raises(InputError, match=r"step1.estimator.cv: only the last step") as caught:
        model.train(twins(8), ("no", "yes"), 5)
    assert "tune:" in caught.value.hint


def test_a_grid_names_the_parameter_of_a_class_wherever_it_is_nested():
    model = Estimator.model_validate(
        {
            "steps": [
                "sklearn.feature_extraction.text.TfidfVectorizer",
                {
                    "sklearn.calibration.CalibratedClassifierCV": {
                        "estimator": {"class": "sklearn.svm.LinearSVC"}
                    }
                },
            ],
            "tune": {"grid": {"LinearSVC.C": [0.25, 4.0], "TfidfVectorizer.min_df": [1, 2]}},
        }
    )
    values = {"LinearSVC.C": 4.0, "TfidfVectorizer.min_df": 2}
    steps = dict(model.with_values(values).build(0).steps)
    assert steps["step1"].estimator.C == 4.0
    assert steps["step0"].min_df == 2
    out = model.session(twins(10), ("no", "yes")).fit_predict(np.arange(16), np.arange(16, 20), 1)
    assert set(out.chosen) == {"LinearSVC.C", "TfidfVectorizer.min_df"}


@pytest.mark.parametrize(
    ("key", "message"),
    [("SVC.C", "the class 'SVC' is in no step"), ("C", "the class '' is in no step")],
)
def test_a_grid_key_that_is_nowhere_is_refused(key, message):
    model = Estimator.model_validate({"steps": ["sklearn.svm.LinearSVC"], "tune": {"grid": {key: [1.0]}}})
    with pytest.raises(InputError, match=message):
        model.verify_tuning()
