"""Several texts of a statement in columns of their own, and how alike they are, as scikit-learn has it."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.sparse import csr_matrix, hstack
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.naive_bayes import ComplementNB
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import LinearSVC

from harness.config import load_config
from harness.errors import InputError, ProblemsError
from harness.evaluation import evaluate
from harness.fingerprint import example_digests
from harness.inputs import rendered
from harness.labelling.job import Job, label
from harness.labelling.run_model import ready, run_model
from harness.models.features import overlap
from harness.models.linear import ComplementNb, TfidfLogReg, TfidfSvm
from harness.models.tuning import combinations
from harness.plan import make_plan
from harness.records import Example
from tests.models.pair_data import fnc_shaped, write_table

NAMES = ("unrelated", "related")
BODY = {"input": "{text_pair}", "words": [1, 2], "min_df": 2}
TARGET = {"input": "{target}", "one_hot": True}


def pairs(rows, model):
    """Return statements of (text, text_pair, target, label), as a model is shown them."""
    examples = [
        Example(f"s{i}", label, a, f"g{i}", "", {"text": a, "text_pair": b, "target": t})
        for i, (a, b, t, label) in enumerate(rows)
    ]
    return rendered(examples, "{text}", None, model.further_inputs)


def drawn(n=60, seed=0):
    """Return rows of an invented kind: texts of few words, of which some recur; two targets and a half."""
    rng = np.random.default_rng(seed)
    words = [f"w{i}" for i in range(25)]
    text = [" ".join(rng.choice(words, rng.integers(1, 9))) for _ in range(n // 2)]
    targets = ["tax law", "w1 w2", "w3"]
    return [
        (text[rng.integers(n // 2)], text[rng.integers(n // 2)], targets[min(2, i % 5)], NAMES[i % 2])
        for i in range(n)
    ]


def likeness(train, test, ngrams=(1, 1), **how):
    """Return cosine and overlap of pairs as one would write them down with scikit-learn."""
    count = CountVectorizer(ngram_range=ngrams).fit([text for pair in (*train, *test) for text in pair])
    tfidf = TfidfTransformer(**how).fit(count.transform([text for pair in train for text in pair]))
    analyse = CountVectorizer().build_analyzer()
    out = []
    for rows in (train, test):
        first, second = (tfidf.transform(count.transform([row[side] for row in rows])) for side in (0, 1))
        sets = [(set(analyse(a)), set(analyse(b))) for a, b in rows]
        near = cosine_similarity(first, second).diagonal()
        out.append(np.column_stack([near, [len(a & b) / (len(a | b) or 1) for a, b in sets]]))
    return out


def reference(rows, train, test):
    """Fit a ColumnTransformer on the training rows; add the likeness of the pairs by hand."""
    table = np.array([row[:3] for row in rows], dtype=object)
    union = ColumnTransformer(
        [
            ("input", TfidfVectorizer(), 0),
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3)), 0),
            ("body", TfidfVectorizer(ngram_range=(1, 2), min_df=2), 1),
            ("target", TfidfVectorizer(), 2),
            ("which", OneHotEncoder(handle_unknown="ignore"), [2]),
        ],
        transformer_weights={"target": 0.5, "which": 0.5},
        sparse_threshold=1.0,
    )
    X, Y = union.fit_transform(table[train]), union.transform(table[test])
    texts = [tuple(row[:2]) for row in rows]
    near = likeness([texts[i] for i in train], [texts[i] for i in test], (1, 2), sublinear_tf=True)
    return hstack([X, csr_matrix(near[0] * 2)]).tocsr(), hstack([Y, csr_matrix(near[1] * 2)]).tocsr()


SPEC = {
    "characters": [2, 3],
    "blocks": {"body": BODY, "target": {**TARGET, "weight": 0.5}},
    "cross": [{"between": ["input", "body"], "words": [1, 2], "sublinear": True, "weight": 2.0}],
}
CLASSIFIERS = {
    TfidfLogReg: LogisticRegression(max_iter=2000, random_state=7),
    TfidfSvm: LinearSVC(max_iter=10_000, random_state=7),
    ComplementNb: ComplementNB(),
}


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_columns_and_predictions_are_those_of_a_column_transformer_row_by_row(kind):
    rows = drawn()
    model = kind.model_validate(SPEC)
    examples = pairs(rows, model)
    labels = np.array([NAMES.index(e.label) for e in examples])
    session = model.start(examples, NAMES)
    order = np.random.default_rng(1).permutation(len(rows))
    for test in np.array_split(order, 3):
        fold = np.setdiff1d(order, test)
        for train in (fold, np.concatenate([fold, fold[:9]])):  # a resample trains on some statements twice
            wanted = reference(rows, train, test)
            for X, Z in zip(session.columns(train, test), wanted, strict=True):
                np.testing.assert_allclose(X.toarray(), Z.toarray(), rtol=0, atol=1e-15)
            classifier = CLASSIFIERS[kind].fit(wanted[0], labels[train])
            found = session.fit_predict(train, test, 7)
            np.testing.assert_array_equal(found.predicted, classifier.predict(wanted[1]))
            labeller = model.train([examples[i] for i in train], NAMES, 7)
            anew = labeller.label([examples[i] for i in test])
            np.testing.assert_array_equal(anew.predicted, found.predicted)
            if found.probabilities is not None:
                said = classifier.predict_proba(wanted[1])
                np.testing.assert_allclose(found.probabilities, said, atol=1e-12)
                np.testing.assert_allclose(anew.probabilities, said, atol=1e-12)


def test_a_shared_vocabulary_is_fitted_on_the_training_texts_of_every_input():
    rows = drawn()
    model = TfidfLogReg(vocabulary="shared", blocks={"body": {"input": "{text_pair}", "min_df": 12}})
    train, test = np.arange(40), np.arange(40, 60)
    X, Y = model.start(pairs(rows, model), NAMES).columns(train, test)
    first, second = ([row[side] for row in rows] for side in (0, 1))
    both = first[:40] + second[:40]
    vectorisers = [TfidfVectorizer(min_df=m).fit(both) for m in (1, 12)]
    assert len(vectorisers[0].vocabulary_) > len(vectorisers[1].vocabulary_)
    for found, at in ((X, slice(40)), (Y, slice(40, 60))):
        wanted = hstack([v.transform(t[at]) for v, t in zip(vectorisers, (first, second), strict=True)])
        np.testing.assert_allclose(found.toarray(), wanted.toarray(), rtol=0, atol=1e-15)


def test_the_same_word_in_text_and_target_is_two_features():
    """*war* in the text speaks for one label and *war* as the target for the other."""
    rows = [("war", "", "tax", "related"), ("tax", "", "war", "unrelated")] * 4
    model = TfidfLogReg(blocks={"target": {"input": "{target}"}}, C=100.0)
    session = model.start(pairs(rows, model), NAMES)
    X, _ = session.columns(np.arange(6), np.arange(6, 8))
    assert X.toarray()[:2].tolist() == [[0, 1, 1, 0], [1, 0, 0, 1]]  # tax, war; then tax, war of the target
    together = TfidfLogReg(input="{target} {text}", C=100.0)
    examples = rendered(pairs(rows, model), "{target} {text}")
    assert session.fit_predict(np.arange(6), np.arange(6, 8), 0).predicted.tolist() == [1, 0]
    mixed = together.start(examples, NAMES).fit_predict(np.arange(6), np.arange(6, 8), 0)
    assert mixed.probabilities == pytest.approx(0.5)


def test_a_target_that_no_training_statement_has_is_a_row_of_zeros():
    rows = [("a1", "", "tax", "related"), ("a1", "", "war", "unrelated"), ("a1", "", "rose", "related")]
    model = TfidfLogReg(words=None, blocks={"target": {"input": "{target}", "words": None, "one_hot": True}})
    X, Y = model.start(pairs(rows, model), NAMES).columns(np.arange(2), np.array([2]))
    assert (X.toarray().tolist(), Y.toarray().tolist()) == ([[1, 0], [0, 1]], [[0, 0]])


def test_the_overlap_is_the_share_of_words_that_stand_in_both_texts():
    """Of {the, war, ends, it, began} one word in five stands in both."""
    assert overlap(["The war ends", "a b", "war"], ["War, war: it began", "", "WAR!"]).tolist() == [0.2, 0, 1]


def test_the_cosine_weighs_a_word_that_no_training_text_has_as_well():
    """Trained on (x1 x2, x1): x1 stands in both texts, weight ln(3/3)+1; x2 in one, ln(3/2)+1.

    No training text has x9, whose weight is ln(3/1)+1. A vectoriser would leave it out of the second pair,
    and the two texts would seem to have nothing in common.
    """
    rows = [("x1 x2", "x1", "", "related"), ("x9 x1", "x9 x2", "", "unrelated")]
    model = TfidfLogReg(
        words=None,
        blocks={"body": {"input": "{text_pair}", "words": None}},
        cross=[{"between": ["body", "input"], "features": ["cosine"]}],
    )
    X, Y = model.start(pairs(rows, model), NAMES).columns(np.array([0]), np.array([1]))
    second, new = np.log(3 / 2) + 1, np.log(3) + 1
    assert X.toarray() == pytest.approx(1 / np.hypot(1, second))
    assert Y.toarray() == pytest.approx(new**2 / (np.hypot(new, 1) * np.hypot(new, second)))


def test_texts_without_a_word_are_alike_in_nothing():
    rows = [("?", "!", "", "related"), ("?", "", "", "unrelated"), ("war", "war", "", "related")]
    model = TfidfLogReg(blocks={"body": {"input": "{text_pair}"}}, cross=[{"between": ["input", "body"]}])
    examples = pairs(rows, model)
    session = model.start(examples, NAMES)
    train, test = np.arange(2), np.array([2])
    found = session.columns(train, test)
    assert [X.toarray().tolist() for X in found] == [[[0, 0], [0, 0]], [[1, 1]]]  # war is new
    labeller = model.train(examples[:2], NAMES, 0)
    anew, counted = labeller.label(examples[2:]), session.fit_predict(train, test, 0)
    np.testing.assert_array_equal(anew.probabilities, counted.probabilities)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_a_fold_and_training_anew_agree_on_any_pairs(data):
    word = st.sampled_from(["war", "talks", "peace", "Trade", "rose", "é", "?"])
    text = st.lists(word, max_size=5).map(" ".join)
    rows = data.draw(st.lists(st.tuples(text, text, text, st.sampled_from(NAMES)), min_size=5, max_size=9))
    rows += [("a1 b1", "b1", "t1", "related"), ("c1", "d1", "t2", "unrelated")]
    model = TfidfLogReg.model_validate({**SPEC, "vocabulary": data.draw(st.sampled_from(["own", "shared"]))})
    examples = pairs(rows, model)
    train, test = np.arange(3, len(rows)), np.arange(3)
    counted = model.start(examples, NAMES).fit_predict(train, test, 0)
    anew = model.train(examples[3:], NAMES, 0).label(examples[:3])
    np.testing.assert_allclose(counted.probabilities, anew.probabilities, atol=1e-12)


def test_other_statements_change_no_bit_of_a_prediction():
    model = TfidfLogReg.model_validate(SPEC)
    rows = drawn(20)
    alone = model.start(pairs(rows, model), NAMES)
    among = model.start(pairs([*drawn(9, seed=5), *rows], model), NAMES)
    train, test = np.arange(15), np.arange(15, 20)
    a, b = alone.fit_predict(train, test, 0), among.fit_predict(train + 9, test + 9, 0)
    assert a.probabilities.tobytes() == b.probabilities.tobytes()


def accuracy(model, rows, topics):
    """Leave one topic out at a time; return the share of right predictions."""
    examples = pairs(rows, model)
    session = model.start(examples, NAMES)
    labels, right = np.array([NAMES.index(e.label) for e in examples]), 0
    for topic in np.unique(topics):
        train, test = np.flatnonzero(topics != topic), np.flatnonzero(topics == topic)
        right += int((session.fit_predict(train, test, 0).predicted == labels[test]).sum())
    return right / len(rows)


@pytest.mark.parametrize("kind", [TfidfLogReg, TfidfSvm])
def test_pairs_of_new_topics_need_cross_features(kind):
    """Half the bodies belong to their headline; only the words that both have say which (300 pairs)."""
    rows, topics = fnc_shaped()
    joined = kind(input="{text} [SEP] {text_pair}")
    beside = kind(blocks={"body": {"input": "{text_pair}"}})
    crossed = kind(blocks={"body": {"input": "{text_pair}"}}, cross=[{"between": ["input", "body"]}])
    examples = rendered(pairs(rows, joined), joined.input)
    one = joined.start(examples, NAMES)
    labels, right = np.array([NAMES.index(e.label) for e in examples]), 0
    for topic in np.unique(topics):
        train, test = np.flatnonzero(topics != topic), np.flatnonzero(topics == topic)
        right += int((one.fit_predict(train, test, 0).predicted == labels[test]).sum())
    assert 0.35 < right / len(rows) < 0.65
    assert 0.35 < accuracy(beside, rows, topics) < 0.65
    assert accuracy(crossed, rows, topics) > 0.9


def config(tmp_path, **models):
    rows, topics = fnc_shaped(topics=6, each=10)
    write_table(tmp_path / "pairs.csv", rows, topics)
    return {
        "name": "pairs",
        "seed": 3,
        "output": str(tmp_path / "runs"),
        "data": {
            "file": str(tmp_path / "pairs.csv"),
            "columns": {"text": "headline", "text_pair": "body", "target": "topic", "label": "stance"},
        },
        "splits": [{"type": "leave-one-value-out", "by": "target"}],
        "models": models,
        "evaluation": {"retrain": 2, "leakage": 0, "resamples": 100, "slices": []},
    }


def loaded(tmp_path, **models):
    path = tmp_path / "pairs.yaml"
    path.write_text(json.dumps(config(tmp_path, **models)), encoding="utf-8")
    return load_config(path)


CROSSED = {
    "blocks": {"topic": {**TARGET, "words": None}, "body": {"input": "{text_pair}"}},
    "cross": [{"between": ["input", "body"]}],
}


def test_a_run_of_pairs_and_the_labels_of_new_ones_with_a_stored_model(tmp_path):
    models = {
        "logreg": {"type": "tfidf-logreg", **CROSSED},
        "svm": {"type": "tfidf-svm", **CROSSED, "vocabulary": "shared"},
        "bayes": {"type": "complement-nb", **CROSSED},
        "tuned": {
            "type": "tfidf-logreg",
            **CROSSED,
            "tune": {"grid": {"blocks.body.words": [[1, 1], [1, 2]], "cross.0.weight": [1.0, 5.0]}},
        },
    }
    done = loaded(tmp_path, **models)
    folder = evaluate(done).folder
    again = load_config(folder / "config.yaml")
    assert [again.models[m].content() for m in models] == [done.models[m].content() for m in models]
    new = [
        {"id": f"n{i}", "text": a, "text_pair": b, "target": t}
        for i, (a, b, t, _) in enumerate(fnc_shaped(topics=2, each=8, seed=9)[0])
    ]
    source = tmp_path / "new.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in new), encoding="utf-8")
    plan = make_plan(done)
    for name in models:
        said = []
        outputs = []
        for turn in range(2):
            out = tmp_path / f"{name}-{turn}.jsonl"
            label(run_model(folder, name), Job(str(source), out, batch=5), say=said.append)
            outputs.append(out.read_bytes())
        assert outputs[0] == outputs[1]
        assert said == [f"training '{name}' on 60 statements", f"stored in {folder / 'models' / name}"]
        spec = done.models[name]
        fresh = [Example(r["id"], "", "", "", "", r) for r in new]
        shown = rendered(fresh, "{text}", None, spec.further_inputs)
        labeller = ready(run_model(folder, name)).labeller
        rows = [json.loads(line) for line in outputs[0].decode("utf-8").splitlines()]
        said_of = [plan.labels[k] for k in labeller.label(shown).predicted]
        assert [row["predicted"] for row in rows] == said_of
    chosen = {c["model"]: c["parameters"] for c in json.loads((folder / "folds.json").read_text())["chosen"]}
    assert all(set(found) == {"blocks.body.words", "cross.0.weight"} for found in chosen["tuned"])


def test_templates_that_name_what_the_data_lack_are_all_named_before_anything_is_fitted(tmp_path):
    blocks = {"body": {"input": "{text_pare}"}, "target": {"input": "{target} {when}"}}
    with pytest.raises(InputError) as error:
        make_plan(loaded(tmp_path, pairs={"type": "tfidf-logreg", "blocks": blocks}))
    assert error.value.message == (
        "models.pairs: blocks.body.input names '{text_pare}', which the data do not have; "
        "blocks.target.input names '{when}', which the data do not have"
    )
    assert error.value.hint == "did you mean 'text_pair'?"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"blocks": {"body": {"input": "body"}}}, "unknown input 'body'"),
        ({"blocks": {"body": {"input": "{a"}}}, "not a template"),
        ({"blocks": {"input": {"input": "{text_pair}"}}}, "no block can be called 'input'"),
        ({"blocks": {"body": {"input": "{a}", "words": None}}}, "would see nothing of the block 'body'"),
        ({"blocks": {"body": {"input": "{a}", "words": [2, 1]}}}, "from small to large"),
        ({"blocks": {"body": {"input": "{a}", "weight": 0.0}}}, "greater than 0"),
        ({"words": None}, "the model would see nothing"),
        ({"cross": [{"between": ["input", "body"]}]}, "cross names 'body', which is no block"),
        ({"cross": [{"between": ["input", "input"]}]}, "names 'input' twice"),
        ({"cross": [{"between": ["input"]}]}, "at least 2 items"),
        ({"blocks": {"b": BODY}, "cross": [{"between": ["input", "b"], "features": []}]}, "at least 1 item"),
        (
            {"blocks": {"b": BODY}, "cross": [{"between": ["input", "b"], "features": ["cosinus"]}]},
            "'cosine' or 'overlap'",
        ),
        (
            {"blocks": {"b": BODY}, "cross": [{"between": ["input", "b"], "words": [2, 1]}]},
            "from small to large",
        ),
    ],
)
def test_what_cannot_work_is_refused(given, message):
    with pytest.raises(ValidationError, match=message):
        TfidfLogReg.model_validate(given)


def test_a_key_of_the_grid_that_leads_nowhere_is_refused(tmp_path):
    for key, message in [
        ("blocks.bdy.words", "tune.grid: 'blocks.bdy.words': nothing is at 'blocks.bdy'"),
        ("cross.1.weight", "tune.grid: 'cross.1.weight': nothing is at 'cross.1'"),
        ("C.x", "tune.grid: 'C.x': nothing is at 'C'"),
        ("blocks.body.wrds", "tune.grid: blocks.body.wrds"),
    ]:
        tune = {"grid": {key: [[1, 1], [1, 2]]}}
        with pytest.raises(ProblemsError, match=message):
            loaded(tmp_path, pairs={"type": "tfidf-logreg", **CROSSED, "tune": tune})


def test_a_misspelt_key_of_a_block_or_comparison_is_told_with_its_place(tmp_path):
    blocks = {"body": {"input": "{text_pair}", "wrds": [1, 2]}}
    cross = [{"between": ["input", "body"], "wieght": 2.0}]
    with pytest.raises(ProblemsError) as error:
        loaded(tmp_path, pairs={"type": "tfidf-logreg", "blocks": blocks, "cross": cross})
    said = [(p.message, p.hint) for p in error.value.problems]
    assert said == [
        ("unknown key 'models.pairs.blocks.body.wrds'", "did you mean 'words'?"),
        ("unknown key 'models.pairs.cross[0].wieght'", "did you mean 'weight'?"),
    ]


def test_a_model_without_blocks_is_identified_as_it_was_before_there_were_any():
    assert TfidfLogReg(words=[1, 2]).content() == {
        "version": 1,
        "words": [1, 2],
        "characters": None,
        "min_df": 1,
        "sublinear": False,
        "class_weight": None,
        "type": "tfidf-logreg",
        "C": 1.0,
        "tune": None,
    }


def test_names_of_blocks_are_no_content_and_what_they_show_and_do_is():
    def content(name="body", **changed):
        block = {"input": "{text_pair}", **changed}
        cross = [{"between": ["input", name]}]
        return TfidfLogReg.model_validate({"blocks": {name: block}, "cross": cross}).content()

    assert content() == content("article")
    assert content() != content(words=[1, 2])
    assert content() == content(input="{target}")  # which is seen in the statements as they are shown
    examples = pairs(drawn(4), TfidfLogReg())
    shown = [rendered(examples, "{text}", None, (t,)) for t in ("{text_pair}", "{target}")]
    digests = [example_digests(rows) for rows in (examples, *shown)]
    assert all(len({found[e.id] for found in digests}) == 3 for e in examples)


def test_statements_that_were_shown_to_another_model_are_refused():
    model = TfidfLogReg(blocks={"body": BODY})
    examples = [replace(e, beside=()) for e in pairs(drawn(4), model)]
    with pytest.raises(ValueError, match="s0 shows 1 texts, and the model reads 2"):
        model.start(examples, NAMES)


def test_random_search_draws_nested_parameters():
    model = TfidfLogReg.model_validate(
        {
            **CROSSED,
            "tune": {"grid": {"cross.0.weight": {"low": 1.0, "high": 9.0}, "C": [1.0, 2.0]}, "samples": 4},
        }
    )
    weights = [model.with_values(values).cross[0].weight for values in combinations(model.tune)]
    assert len(set(weights)) == 4
    assert all(1 <= weight <= 9 for weight in weights)
