"""Fine-tuned transformers: the same bytes twice and after a kill, nothing of the test side, refusals."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from harness.checks import load_corpus
from harness.config import load_config
from harness.errors import InputError, ProblemsError, RunError
from harness.inputs import rendered
from harness.models.hf.checkpoint import Checkpoint
from harness.models.hf.computing import reproducible, seed_torch
from harness.models.hf.early_stopping import BestEpoch, held_out, rank_of
from harness.models.hf.network import log_probabilities, probabilities
from harness.models.hf.training import Rows, Training, loss_weights
from harness.models.transformer import Transformer
from harness.numbering import group_numbers, label_numbers
from harness.plan import make_plan
from harness.records import Example
from tests.models.tiny_models import edit_config, into_cache, write_model

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

NAMES = ("supportive", "neutral", "hedged")
SAYS = {"supportive": "war", "neutral": "trade", "hedged": "talks"}
NOUNS = ("bank", "envoy", "union", "prince", "mayor", "poet", "baker", "judge", "pilot", "nurse")
QUICK = {"epochs": 2, "learning_rate": 1e-3, "batch_size": 4}


def toy(n=24, names=NAMES):
    """Return statements whose label is plain from one word, two of each group."""
    return [
        Example(
            f"s{i}",
            (label := names[i % len(names)]),
            f"the {NOUNS[i % len(NOUNS)]} wants {SAYS[label]}",
            f"g{i // 2}",
            "a",
        )
        for i in range(n)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny pretrained model that knows the words of the toy statements."""
    return write_model(tmp_path_factory.mktemp("models") / "tiny", [e.text for e in toy(30)])


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Keep checkpoints apart from the user's."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def model(folder):
    def make(**keys):
        return Transformer.model_validate({"model": str(folder), "device": "cpu", **QUICK, **keys})

    return make


TRAIN, TEST = np.arange(18), np.arange(18, 24)


def predicted(model, examples=None, train=TRAIN, test=TEST, seed=7, names=NAMES):
    return model.session(examples or toy(), names).fit_predict(train, test, seed)


# Learning


def test_a_word_that_says_the_label_is_learnt_to_the_last_new_statement(model):
    """24 statements, one word apart; 18 train, 6 of other nouns are tested: accuracy 1."""
    output = predicted(model(epochs=30))
    assert [NAMES[k] for k in output.predicted] == [e.label for e in toy()[18:]]
    assert output.probabilities.argmax(axis=1).tolist() == output.predicted.tolist()
    np.testing.assert_allclose(output.probabilities.sum(axis=1), 1)


def test_numbers_of_labels_follow_the_order_of_the_names(model):
    other = ("hedged", "supportive", "neutral")
    output = predicted(model(epochs=30), names=other)
    assert [other[k] for k in output.predicted] == [e.label for e in toy()[18:]]


def test_a_label_that_no_training_statement_has_is_an_output_all_the_same(model):
    """Labels 0 and 1 train; the third has a column, and a probability above 0."""
    examples = [e for e in toy() if e.label != "hedged"]
    output = predicted(model(), examples, np.arange(12), np.arange(12, 16))
    assert output.probabilities.shape == (4, 3)
    assert (output.probabilities[:, 2] > 0).all()


def test_one_training_label_gives_a_constant(model):
    examples = [replace(e, label="neutral") for e in toy()]
    output = predicted(model(), examples)
    assert output.predicted.tolist() == [1] * 6
    assert output.probabilities.tolist() == [[0, 1, 0]] * 6


def test_a_loss_that_is_no_number_ends_the_run_in_words(model):
    with pytest.raises(RunError, match="training fails in epoch 1") as error:
        predicted(model(learning_rate=1e30, warmup=0.0))
    assert error.value.hint == "a smaller learning_rate, or a longer warmup"


def test_the_rate_rises_in_a_line_while_warm_up_lasts_and_then_falls(model):
    """2 epochs of 5 steps, 0.4 of them warm-up: 4 steps up, 6 down."""
    spec = model(warmup=0.4)
    rows = Rows([{}] * 18, np.zeros(18, dtype=int))
    training = Training(spec, spec.loaded("cpu", 3), rows, np.ones(3), 0)
    found = [training.pace(step) for step in range(10)]
    assert found == pytest.approx([1 / 4, 2 / 4, 3 / 4, 1, 6 / 6, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6])


def test_dropout_is_at_work_in_training_and_never_in_predicting(model, folder, tmp_path):
    """Of two models that differ in dropout alone, training makes two; one model says the same twice."""
    other = shutil.copytree(folder, tmp_path / "other")
    edit_config(other, hidden_dropout_prob=0.5)
    first = predicted(model())
    assert first.probabilities.tobytes() != predicted(model(model=str(other))).probabilities.tobytes()
    labeller = model(model=str(other)).train(toy()[:18], NAMES, 7)
    once, again = labeller.label(toy()[18:]), labeller.label(toy()[18:])
    assert once.probabilities.tobytes() == again.probabilities.tobytes()


# Class weights


def test_balanced_weights_are_n_over_k_times_the_count():
    """Four statements, 3 of label 0 and 1 of label 1: 4 / (2 * 3) and 4 / (2 * 1); label 2 is not there."""
    labels = np.array([0, 0, 0, 1])
    assert loss_weights("balanced", NAMES, labels).tolist() == [4 / 6, 4 / 2, 1]
    assert loss_weights({"neutral": 5.0}, NAMES, labels).tolist() == [1, 5, 1]
    assert loss_weights(None, NAMES, labels).tolist() == [1, 1, 1]


@pytest.mark.parametrize("weights", [[1, 1, 1], [1, 5, 0.5]])
def test_the_loss_is_the_weighted_mean_over_the_statements_of_a_step(folder, tmp_path, weights):
    """Three statements of labels 0, 1, 1: (w0 l0 + w1 l1 + w1 l2) / (w0 + 2 w1), without dropout."""
    still = shutil.copytree(folder, tmp_path / "still")
    edit_config(still, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    spec = Transformer(model=str(still), device="cpu", **QUICK)
    with reproducible("cpu", 1):
        seed_torch("cpu", 3)
        network = spec.loaded("cpu", 3)
        rows = Rows([network.encoded(text) for text in ("war", "trade rose", "talks")], np.array([0, 1, 1]))
        single = -log_probabilities(network.logits(rows.texts))[range(3), rows.labels]
        training = Training(spec, network, rows, np.array(weights), 3)
        network.model.train()
        loss, _ = training.step(rows, 1e-3)
    w = np.array([weights[0], weights[1], weights[1]])
    assert loss == pytest.approx((w * single).sum() / w.sum(), rel=1e-5)


def test_class_weights_move_what_is_predicted(model):
    """All statements say the same, 12 supportive and 6 hedged; a weight of 20 turns the majority round."""
    alike = [replace(e, text="war", label=NAMES[2 * (i % 3 == 2)]) for i, e in enumerate(toy())]
    assert predicted(model(epochs=8), alike).predicted.tolist() == [0] * 6
    weighted = model(epochs=8, class_weight={"hedged": 20.0})
    assert predicted(weighted, alike).predicted.tolist() == [2] * 6


def test_a_weight_for_an_unknown_label_is_refused(model):
    with pytest.raises(InputError, match="class_weight names the label 'hegded'") as error:
        model(class_weight={"hegded": 2.0}).verify_data(toy(), NAMES)
    assert error.value.hint == "did you mean 'hedged'?"


# The same again


def test_the_same_training_gives_the_same_bytes_and_another_seed_others(model):
    spec = model(early_stopping={"patience": 1, "share": 0.3}, class_weight="balanced")
    first, again, other = predicted(spec), predicted(spec), predicted(spec, seed=8)
    assert first.probabilities.tobytes() == again.probabilities.tobytes()
    assert first.probabilities.tobytes() != other.probabilities.tobytes()


def test_a_prediction_does_not_hang_on_what_is_predicted_beside_it(model):
    """Six statements of different lengths at once, in another order, and alone."""
    examples = [replace(e, text=e.text + " and talks" * (i % 4)) for i, e in enumerate(toy())]
    together = predicted(model(), examples).probabilities
    turned = predicted(model(), examples, test=TEST[::-1]).probabilities
    alone = predicted(model(), examples, test=TEST[2:3]).probabilities
    assert turned[::-1].tobytes() == together.tobytes()
    assert alone.tobytes() == together[2:3].tobytes()


@pytest.mark.parametrize("stopping", [None, {"patience": 2, "share": 0.34}])
def test_test_statements_change_nothing_that_is_predicted_of_another(model, stopping):
    """All test statements but the first, and two that were purged, change text and label."""
    spec = model(early_stopping=stopping)
    train, test = np.arange(16), np.arange(18, 24)
    changed = [
        e if i <= 15 or i == 18 else replace(e, text="zyx wvu tsr", label=NAMES[(i + 1) % 3])
        for i, e in enumerate(toy())
    ]
    changed[18] = replace(changed[18], label="hedged")
    assert toy()[18].label != "hedged"
    before, after = predicted(spec, toy(), train, test), predicted(spec, changed, train, test)
    assert before.probabilities[0].tobytes() == after.probabilities[0].tobytes()
    assert before.chosen == after.chosen


def test_nothing_outside_notices_that_a_model_was_trained(model):
    """Generators of torch, numpy and Python, torch's settings, the environment: all as they were."""
    from transformers.utils import logging

    def state():
        torch.manual_seed(5)
        np.random.seed(5)
        random.seed(5)
        return [torch.rand(2).tolist(), np.random.rand(2).tolist(), random.random()]

    def settings():
        return (
            torch.get_num_threads(),
            torch.get_deterministic_debug_mode(),
            dict(os.environ),
            logging.get_verbosity(),
            logging.is_progress_bar_enabled(),
        )

    first, before = state(), settings()
    undisturbed = [torch.rand(2).tolist(), np.random.rand(2).tolist(), random.random()]
    assert state() == first
    predicted(model(threads=2))
    assert [torch.rand(2).tolist(), np.random.rand(2).tolist(), random.random()] == undisturbed
    assert settings() == before


# Interruption

CHILD = """
import sys
from tests.models.test_transformer import LONG, Transformer, predicted
predicted(Transformer.model_validate({"model": sys.argv[1], **LONG}))
"""
LONG = {
    **QUICK,
    "device": "cpu",
    "epochs": 30,
    "save_every": 0.0,
    "early_stopping": {"patience": 30, "share": 0.3},
}


@pytest.fixture
def killed(folder, own_cache, project):
    """Start a training in another process, kill it as soon as it has saved anything, return what it saved."""
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], cwd=project)
    deadline = time.monotonic() + 60
    while not list(own_cache.rglob("*.safetensors")) and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    (path,) = own_cache.rglob("*.safetensors")
    saved = Checkpoint(path.stem)
    assert saved.path == path
    return saved


def test_a_killed_training_goes_on_from_its_last_epoch_to_the_same_bytes(
    killed, folder, monkeypatch, tmp_path
):
    spec = Transformer.model_validate({"model": str(folder), **LONG})
    tensors, facts = killed.load()
    assert 1 <= facts["done"] < 30
    resumed = predicted(spec)
    assert not killed.path.exists(), "a finished fold needs no checkpoint"
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "another"))
    whole = predicted(spec)
    assert resumed.probabilities.tobytes() == whole.probabilities.tobytes()
    assert resumed.chosen == whole.chosen
    # and that it went on, rather than began again: a checkpoint that says otherwise is believed
    monkeypatch.setenv("HARNESS_CACHE", str(killed.path.parents[1]))
    tensors["best/classifier.bias"] += torch.tensor([0.0, 0.0, 100.0])
    best = {"rank": [1.0, 0.0], "epoch": 9, "waited": 30}
    killed.save(tensors, {"done": 30, "best": best})
    told = predicted(spec)
    assert (told.probabilities[:, 2] > 0.999).all()
    assert told.chosen == {"epochs": 9}


def test_a_damaged_checkpoint_counts_as_none(model, own_cache):
    spec = model()
    whole = predicted(spec)
    checkpoint = spec.checkpoint([toy()[i] for i in TRAIN], NAMES, 7)
    checkpoint.path.parent.mkdir(parents=True)
    checkpoint.path.write_bytes(b"no weights")
    assert checkpoint.load() is None
    assert predicted(spec).probabilities.tobytes() == whole.probabilities.tobytes()
    assert not list(own_cache.rglob("*.safetensors"))


def test_a_checkpoint_belongs_to_these_parameters_statements_and_seed(model):
    rows = toy()
    paths = {
        "as it is": model().checkpoint(rows, NAMES, 7),
        "seed": model().checkpoint(rows, NAMES, 8),
        "epochs": model(epochs=3).checkpoint(rows, NAMES, 7),
        "label": model().checkpoint([replace(rows[0], label="hedged"), *rows[1:]], NAMES, 7),
        "text": model().checkpoint([replace(rows[0], text="x"), *rows[1:]], NAMES, 7),
        "group": model().checkpoint([replace(rows[0], group="x"), *rows[1:]], NAMES, 7),
        "order of labels": model().checkpoint(rows, NAMES[::-1], 7),
        "a statement less": model().checkpoint(rows[1:], NAMES, 7),
    }
    assert len({c.path for c in paths.values()}) == len(paths)
    assert model(save_every=1.0).checkpoint(rows, NAMES, 7).path == paths["as it is"].path


def test_what_cannot_be_saved_is_one_error_that_names_the_setting(model, own_cache):
    own_cache.parent.mkdir(exist_ok=True)
    own_cache.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(RunError, match="training cannot be saved") as error:
        predicted(model(save_every=0.0))
    assert "HARNESS_CACHE" in error.value.hint
    assert len(predicted(model()).predicted) == 6, "a short training saves nothing, and needs no place for it"


# Early stopping


def test_groups_are_held_out_whole_and_every_label_stays_to_learn_from():
    """40 random training sets of 20 groups, with some labels in a single group."""
    rng = np.random.default_rng(3)
    for _ in range(40):
        groups = rng.integers(20, size=60)
        of_group = rng.choice(3, size=20, p=[0.7, 0.2, 0.1])
        labels = of_group[groups]
        out = held_out(labels, groups, 0.2, seed=1)
        kept = np.setdiff1d(np.arange(60), out)
        assert not set(groups[out]) & set(groups[kept])
        assert 0 < len(out) < 60
        assert set(labels[kept]) == set(labels)
        assert len(set(groups[out])) == pytest.approx(len(set(groups)) / 5, abs=3)


def test_a_label_with_one_group_is_never_held_out():
    """Label 1 has group 3 alone; whichever part that is in, another one is taken."""
    labels, groups = np.array([0, 0, 0, 1, 1, 0]), np.array([0, 1, 2, 3, 3, 4])
    for seed in range(20):
        assert not {3, 4} & set(held_out(labels, groups, 0.5, seed))


def test_a_single_group_leaves_nothing_to_hold_out_and_every_epoch_is_done(model):
    one = [replace(e, group="g") for e in toy()]
    assert held_out(np.array([0, 1]), np.array([4, 4]), 0.2, 0).tolist() == []
    output = predicted(model(early_stopping={"patience": 1}), one)
    assert output.chosen == {"epochs": 2}


def test_an_epoch_is_better_by_macro_f1_and_between_equals_by_the_loss():
    """Statements 0 and 1 right, 2 wrong: F1 is 1, 2/3, 0 and 5/9 in the mean; weights 1, 1, 2 in the loss."""
    logits = np.log([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.7, 0.2]])
    labels, weights = np.array([0, 1, 2]), np.array([1.0, 1.0, 2.0])
    loss = -(np.log(0.8) + np.log(0.6) + 2 * np.log(0.2)) / 4
    assert rank_of(logits, labels, weights, "macro_f1") == pytest.approx([(1 + 2 / 3 + 0) / 3, -loss])
    assert rank_of(logits, labels, weights, "loss") == pytest.approx([-loss])
    two = rank_of(logits[:2], labels[:2], weights, "macro_f1")
    assert two[0] == 1, "a label that is neither there nor predicted is left out of the mean"


def test_the_first_of_equal_epochs_stays_the_best_and_the_others_are_waited():
    best, weights = BestEpoch(), iter("abcd")
    for epoch, rank in enumerate([[0.5, -1.0], [0.5, -0.9], [0.5, -0.9], [0.4, -0.1]], 1):
        best.sees(epoch, rank, lambda: {"w": next(weights)})
    assert (best.epoch, best.waited, best.weights) == (2, 2, {"w": "b"})


def test_the_weights_of_the_best_epoch_are_kept(model):
    """Labels at random, so the loss on what is held out soon rises; the best epoch is done again by hand."""
    rng = np.random.default_rng(1)
    rows = [replace(e, label=NAMES[rng.integers(3)]) for e in toy()]
    spec = model(epochs=12, early_stopping={"patience": 3, "share": 0.34, "metric": "loss"})
    labeller = spec.train(rows, NAMES, 7)
    kept = labeller.chosen["epochs"]
    assert kept < 12 - 3, "training ended early"
    labels, groups = label_numbers(rows, NAMES), group_numbers(rows)
    learnt = np.setdiff1d(np.arange(24), held_out(labels, groups, 0.34, 7))
    with reproducible("cpu", 1):
        seed_torch("cpu", 7)
        network = spec.loaded("cpu", 3)
        texts = [network.encoded(rows[i].text) for i in learnt]
        training = Training(spec, network, Rows(texts, labels[learnt]), np.ones(3), 7)
        for _ in range(kept):
            training.epoch()
    found, wanted = labeller.network.copied(), network.copied()
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)


# Pairs


def test_a_pair_is_read_as_two_texts_with_a_mark_between(model):
    network = model().loaded("cpu", 3)
    found = network.encoded("war", "talks")
    pieces = network.tokenizer.convert_ids_to_tokens(found["input_ids"])
    assert pieces == ["[CLS]", "war", "[SEP]", "talks", "[SEP]"]
    assert found["token_type_ids"] == [0, 0, 0, 1, 1]
    alone = network.encoded("war talks")
    assert alone["token_type_ids"] == [0] * 4


def test_a_text_is_cut_to_max_length_and_to_what_the_model_takes(model):
    long = "war " * 500
    assert len(model(max_length=10).loaded("cpu", 3).encoded(long)["input_ids"]) == 10
    network = model(max_length=400).loaded("cpu", 3)
    assert len(network.encoded(long)["input_ids"]) == 64
    pair = network.encoded(long, long)["token_type_ids"]
    assert abs(pair.count(0) - pair.count(1)) <= 1


def test_pairs_come_from_the_configuration_and_their_second_text_is_read(small_corpus, folder):
    pair = {"type": "transformer", "model": str(folder), "input": "cue", "pair": "{source}: {statement}"}
    plan = make_plan(load_config(small_corpus.config(models={"pair": {**pair, **QUICK}})))
    seen = plan.seen["pair"]
    assert (seen[0].text, seen[0].pair[:15]) == ("said", "Orlo: The sanct")
    spec = plan.config.models["pair"]
    train, test = np.arange(9), np.arange(9, 12)
    found = predicted(spec, seen, train, test).probabilities
    blank = [replace(e, pair="") if i > 8 else e for i, e in enumerate(seen)]
    assert found.tobytes() != predicted(spec, blank, train, test).probabilities.tobytes()


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("statment", "unknown input 'statment' (did you mean 'statement'?"),
        ("{cue!r}", "a template names its parts plainly"),
    ],
)
def test_a_pair_that_is_no_template_is_refused_at_its_line(small_corpus, folder, pair, message):
    models = {"m": {"type": "transformer", "model": str(folder), "pair": pair}}
    path = small_corpus.config(models=models)
    with pytest.raises(ProblemsError) as error:
        load_config(path)
    (problem,) = error.value.problems
    line = path.read_text(encoding="utf-8").splitlines()[problem.place.line - 1]
    assert line.strip().startswith('"pair"')
    assert message in problem.message


# What cannot work


@pytest.mark.parametrize(
    "keys",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"learning_rate": 0},
        {"learning_rate": "fast"},
        {"warmup": 1},
        {"weight_decay": -1},
        {"max_length": 4},
        {"threads": 0},
        {"device": "tpu"},
        {"early_stopping": {"patience": 0}},
        {"early_stopping": {"share": 0.7}},
        {"early_stopping": {"metric": "mcc"}},
        {"class_weight": "balance"},
        {"tune": {"grid": {"model": ["a", "b"]}}},
        {"epoch": 3},
    ],
)
def test_parameters_out_of_range_are_refused(model, keys):
    with pytest.raises(ValidationError):
        model(**keys)


def test_without_the_extra_the_command_that_installs_it_is_named(model, monkeypatch):
    monkeypatch.setattr("harness.extras.find_spec", lambda name: None)
    with pytest.raises(
        InputError, match="the model type 'transformer' needs torch and transformers"
    ) as error:
        predicted(model())
    assert error.value.hint == "pip install 'stance-harness[transformers]'"


def test_a_folder_that_is_not_there_is_refused_at_its_line(small_corpus):
    path = small_corpus.config(models={"m": {"type": "transformer", "model": "./absent"}})
    with pytest.raises(ProblemsError) as error:
        load_config(path)
    (problem,) = error.value.problems
    assert problem.place.path == str(path)
    line = path.read_text(encoding="utf-8").splitlines()[problem.place.line - 1]
    assert line.strip() == '"model": "./absent"'
    assert problem.code == "config-model"
    assert "absent is no folder" in problem.message


def test_a_hub_id_that_is_not_in_the_cache_is_one_error_and_nothing_is_fetched(
    small_corpus, tmp_path, monkeypatch
):
    """The configuration is sound all the same: what is on which machine is not its business."""
    import socket

    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was asked for"))
    models = {"m": {"type": "transformer", "model": "some/model", "revision": "v2"}}
    plan = make_plan(load_config(small_corpus.config(models=models)))
    with pytest.raises(InputError, match="'some/model' at revision v2 is not in the local") as error:
        plan.config.models["m"].session(plan.seen["m"], plan.labels)
    assert "hf download some/model --revision v2" in error.value.hint


def test_a_hub_id_in_the_cache_is_known_by_its_commit_and_trains_as_its_folder_does(
    model, folder, tmp_path, monkeypatch
):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    into_cache(folder, tmp_path / "hub", "some/model", commit="c" * 40)
    hub = model(model="some/model")
    assert hub.content()["weights"] == {"hub": "some/model", "commit": "c" * 40}
    assert predicted(hub).probabilities.tobytes() == predicted(model()).probabilities.tobytes()


def test_a_model_is_known_by_its_files_and_not_by_its_path(model, folder, tmp_path):
    moved = model(model=str(shutil.copytree(folder, tmp_path / "moved")))
    assert moved.content() == model().content()
    assert str(tmp_path) not in json.dumps(moved.content())
    edit_config(tmp_path / "moved", hidden_dropout_prob=0.2)
    assert moved.content() != model().content()


@pytest.mark.parametrize(("device", "there", "found"), [("auto", False, "cpu"), ("auto", True, "cuda")])
def test_the_device_that_computes_is_part_of_what_a_fold_is_known_by(
    model, monkeypatch, device, there, found
):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert model(device=device).content()["device"] == found


def test_a_gpu_that_is_not_there_is_refused_where_one_is_asked_for(model, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="device 'cuda': torch finds no GPU"):
        predicted(model(device="cuda"))


def broken_weights(folder):
    (folder / "model.safetensors").write_bytes(b"\0" * 30)


def pickled_weights(folder):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"\0" * 30)


def no_tokenizer(folder):
    for path in folder.glob("token*"):
        path.unlink()


def other_sizes(folder):
    edit_config(folder, hidden_size=48)


def code_of_its_own(folder):
    edit_config(folder, model_type="own", auto_map={"AutoConfig": "own.Config"})
    (folder / "own.py").write_text("raise SystemExit('this was run')", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (broken_weights, "the model cannot be loaded"),
        (pickled_weights, "the model cannot be loaded: .*model.safetensors"),
        (no_tokenizer, "the tokenizer's files are missing|the model cannot be loaded"),
        (other_sizes, r"parts are missing or of another size, such as bert\.embeddings\.LayerNorm\.bias"),
        (code_of_its_own, "the model cannot be loaded"),
    ],
)
def test_a_folder_that_transformers_would_fill_with_random_numbers_or_run_is_refused(
    folder, tmp_path, spoil, message
):
    spoilt = shutil.copytree(folder, tmp_path / "spoilt")
    spoil(spoilt)
    with pytest.raises(InputError, match=message) as error:
        predicted(Transformer(model=str(spoilt), device="cpu", **QUICK))
    assert str(error.value.place) == str(spoilt)


# Kept models


@pytest.mark.parametrize("labels", [NAMES, ("neutral",)])
def test_a_trained_model_put_together_from_its_parts_labels_as_before(model, labels):
    spec = model(early_stopping={"patience": 1})
    examples = [e for e in toy() if e.label in labels]
    labeller = spec.train(examples, NAMES, 7)
    again = spec.restored(spec.parts(labeller), NAMES)
    first, second = labeller.label(toy()), again.label(toy())
    assert first.probabilities.tobytes() == second.probabilities.tobytes()
    assert first.chosen == second.chosen


def test_parts_of_another_model_are_refused(model):
    spec = model()
    parts = spec.parts(spec.train(toy(), NAMES, 7))
    with pytest.raises(ValueError, match="weights are those of another model"):
        spec.restored(parts, NAMES[:2])


# The command line


def test_the_shipped_configuration_runs_with_a_folder_in_place_of_its_model(project, tmp_path):
    texts = [e.text for e in rendered(load_corpus(project).examples(), "cue+statement")]
    tiny = write_model(tmp_path / "tiny", texts)
    settings = [f"models.transformer.model={tiny}", "models.transformer.epochs=1", "evaluation.retrain=0"]
    settings += [f"output={tmp_path / 'runs'}", "evaluation.resamples=100"]
    done = subprocess.run(
        [sys.executable, "-m", "harness", "run", "configs/transformer.yaml", "--limit", "30"]
        + [word for setting in settings for word in ("--set", setting)],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "newly initialized" not in done.stderr + done.stdout
    assert "Warning" not in done.stderr
    (path,) = (tmp_path / "runs" / "transformer").glob("*/predictions.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    mine = [r for r in rows if r["model"] == "transformer"]
    assert len(mine) == 30 * (2 + 1)
    assert all(r["predicted"] in NAMES and sum(r["probabilities"]) == pytest.approx(1) for r in mine)
    stored = (path.parent / "config.yaml").read_text(encoding="utf-8")
    assert f"model: {os.path.relpath(tiny, path.parent)}" in stored


def test_softmax_and_its_logarithm_agree_and_stay_finite():
    logits = np.array([[1000.0, 0.0, -1000.0], [0.1, 0.2, 0.3]])
    np.testing.assert_allclose(np.exp(log_probabilities(logits)), probabilities(logits), atol=1e-12)
    assert np.isfinite(log_probabilities(logits)).all()
