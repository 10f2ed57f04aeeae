"""Vectors of texts: the encoder's own, the same to the bit in any company, computed once, or refused."""

import json
import shutil
import sys

import numpy as np
import pytest

from harness.cache import Cache, cache_folder
from harness.checks import load_corpus
from harness.errors import InputError
from harness.inputs import rendered
from harness.sentence_encoder import SentenceEncoder, unit
from harness.sentence_model import loaded
from tests.tiny_encoder import PACKAGED, needs_extra, needs_packaged, tiny_encoder

pytestmark = needs_extra

TEXTS = ["war on peace", "talks", "", "the friend of the attack", "zebra 🙂 ünder", "war on peace", "talks "]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Give every test a cache of its own."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return tiny_encoder(tmp_path_factory.mktemp("encoders") / "tiny")


@pytest.fixture
def empty(monkeypatch, tmp_path):
    """Return a function that gives the next vectors an empty cache."""
    numbers = iter(range(100))
    return lambda: monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / f"cache-{next(numbers)}"))


def reference(folder, texts, **more):
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu").encode(texts, show_progress_bar=False, **more)


def kept():
    """Count the vectors that are on the disk."""
    with Cache("embeddings") as cache:
        return cache._open.execute("SELECT count(*) FROM answers").fetchone()[0]


def test_vectors_are_those_of_sentence_transformers(tiny):
    found = SentenceEncoder(str(tiny)).vectors(TEXTS)
    assert (found.shape, found.dtype) == ((7, 8), np.float32)
    np.testing.assert_allclose(found, reference(tiny, TEXTS), atol=1e-6)
    assert found[0].tobytes() == found[5].tobytes()
    assert not np.allclose(found[0], found[1])


@needs_packaged
def test_vectors_of_the_project_are_those_of_sentence_transformers_in_batches(project):
    texts = [e.text for e in rendered(load_corpus(project).examples(), "cue+statement")]
    encoder = SentenceEncoder(PACKAGED, device="cpu")
    found = encoder.vectors(texts)
    assert found.shape == (55, 384)
    expected = reference(encoder._found().folder, texts, batch_size=32)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@needs_packaged
def test_a_text_has_the_same_bits_alone_and_in_any_company_and_order(project, empty):
    """In batches of 32 most texts of the project would differ in their last digits."""
    texts = [e.text for e in rendered(load_corpus(project).examples(), "cue+statement")]
    encoder = SentenceEncoder(PACKAGED, device="cpu")
    first = encoder.vectors(texts)
    empty()
    assert encoder.vectors(texts[::-1])[::-1].tobytes() == first.tobytes()
    empty()
    some = [7, 3, 20]
    assert encoder.vectors([texts[i] for i in some]).tobytes() == first[some].tobytes()
    batched = reference(encoder._found().folder, texts, batch_size=32)
    assert (batched == first).all(axis=1).mean() < 0.5


def test_the_number_of_threads_changes_no_bit_and_is_left_as_it_was(tiny, empty):
    import torch

    before = torch.get_num_threads()
    found = []
    try:
        for threads in (1, 2):
            empty()
            torch.set_num_threads(threads)
            found.append(SentenceEncoder(str(tiny)).vectors(TEXTS).tobytes())
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert found[0] == found[1]


def test_what_is_kept_is_never_encoded_again(tiny, tmp_path):
    """The second time the model is not even loaded; one text more is one vector more."""
    folder = shutil.copytree(tiny, tmp_path / "tiny")
    encoder = SentenceEncoder(str(folder))
    first = encoder.vectors(TEXTS)
    assert kept() == len(set(TEXTS))
    loaded.cache_clear()
    before = loaded.cache_info()
    assert encoder.vectors(TEXTS[::-1])[::-1].tobytes() == first.tobytes()
    assert loaded.cache_info() == before
    encoder.vectors([*TEXTS, "one more"])
    assert (kept(), loaded.cache_info().misses) == (len(set(TEXTS)) + 1, 1)


@pytest.mark.parametrize("change", [{"prompt": "query "}, {"max_length": 4}, {"device": "cpu"}])
def test_whatever_can_change_a_vector_makes_another_one(tiny, change):
    SentenceEncoder(str(tiny)).vectors(["war on peace"])
    SentenceEncoder(str(tiny), **change).vectors(["war on peace"])
    assert kept() == 2


def test_other_weights_under_the_same_path_give_other_vectors(tmp_path):
    folder = tiny_encoder(tmp_path / "tiny", seed=0)
    encoder = SentenceEncoder(str(folder))
    first, content = encoder.vectors(TEXTS), encoder.content()
    shutil.rmtree(folder)
    loaded.cache_clear()
    tiny_encoder(folder, seed=1)
    assert encoder.content() != content
    assert not np.allclose(encoder.vectors(TEXTS), first)
    assert kept() == 2 * len(set(TEXTS))


def test_the_same_files_elsewhere_use_what_is_kept(tiny, tmp_path):
    elsewhere = shutil.copytree(tiny, tmp_path / "moved")
    first = SentenceEncoder(str(tiny)).vectors(TEXTS)
    loaded.cache_clear()
    assert SentenceEncoder(str(elsewhere)).vectors(TEXTS).tobytes() == first.tobytes()
    assert loaded.cache_info().misses == 0


def test_a_prompt_comes_before_the_text(tiny):
    found = SentenceEncoder(str(tiny), prompt="query ").vectors(["war", "talks"])
    np.testing.assert_allclose(found, reference(tiny, ["query war", "query talks"]), atol=1e-6)


def test_the_default_prompt_of_an_encoder_is_used_and_an_empty_one_undoes_it(tiny, tmp_path):
    from sentence_transformers import SentenceTransformer

    prompts = {"query": "query "}
    SentenceTransformer(str(tiny), prompts=prompts, default_prompt_name="query", device="cpu").save(
        str(tmp_path / "prompted"), create_model_card=False
    )
    default = SentenceEncoder(str(tmp_path / "prompted")).vectors(["war"])
    np.testing.assert_allclose(default, reference(tiny, ["query war"]), atol=1e-6)
    plain = SentenceEncoder(str(tmp_path / "prompted"), prompt="").vectors(["war"])
    np.testing.assert_allclose(plain, reference(tiny, ["war"]), atol=1e-6)


def test_max_length_cuts_a_text(tiny):
    """Three words and the two marks around them are 5 tokens; of 4 only two words are left."""
    encoder = SentenceEncoder(str(tiny), max_length=4)
    a, b, c = encoder.vectors(["war on peace", "war on talks", "war of peace"])
    assert a.tobytes() == b.tobytes()
    assert a.tobytes() != c.tobytes()


def test_more_tokens_than_the_encoder_has_positions_for_are_refused(tiny):
    with pytest.raises(InputError, match="max_length 17 is more than the 16 tokens that the encoder takes"):
        SentenceEncoder(str(tiny), max_length=17).vectors(["war"])


def test_no_text_has_no_vector(tiny):
    assert SentenceEncoder(str(tiny)).vectors([]).shape == (0, 0)


def test_half_precision_weights_are_computed_with_in_single_precision(tiny, tmp_path):
    from transformers import BertModel

    folder = shutil.copytree(tiny, tmp_path / "half")
    BertModel.from_pretrained(folder).half().save_pretrained(folder)
    assert json.loads((folder / "config.json").read_text())["dtype"] == "float16"
    found = SentenceEncoder(str(folder)).vectors(["war on peace"])
    assert not np.array_equal(found, found.astype(np.float16))
    np.testing.assert_allclose(found, SentenceEncoder(str(tiny)).vectors(["war on peace"]), atol=0.02)


def test_a_vector_that_is_not_finite_is_refused_and_not_kept(tiny, tmp_path):
    import torch
    from transformers import BertModel

    folder = shutil.copytree(tiny, tmp_path / "broken")
    model = BertModel.from_pretrained(folder)
    with torch.no_grad():
        model.embeddings.LayerNorm.weight[0] = float("nan")
    model.save_pretrained(folder)
    with pytest.raises(InputError, match="gives no finite vector for 'war'"):
        SentenceEncoder(str(folder)).vectors(["war"])
    assert kept() == 0


def test_weights_that_cannot_be_read_are_one_error(tiny, tmp_path):
    folder = shutil.copytree(tiny, tmp_path / "pointer")
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(InputError, match=r"the encoder in .*pointer cannot be loaded on 'cpu': "):
        SentenceEncoder(str(folder), device="cpu").vectors(["war"])


def test_a_gpu_that_is_not_there_is_one_error(tiny):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(InputError, match="cannot be loaded on 'cuda'"):
        SentenceEncoder(str(tiny), device="cuda").vectors(["war"])


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ([{"idx": 0, "path": "", "type": "my_code.Layer"}], "code of its own, 'my_code.Layer', which is not"),
        ([{"idx": 0}], "no list of modules"),
        (5, "no list of modules"),
    ],
)
def test_an_encoder_that_brings_code_is_refused_before_anything_of_it_is_loaded(
    tiny, tmp_path, modules, message
):
    folder = shutil.copytree(tiny, tmp_path / "foreign")
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "my_code.py").write_text("raise RuntimeError('run')")
    for ask in (lambda e: e.verify("this test"), lambda e: e.vectors(["war"])):
        with pytest.raises(InputError, match=message) as caught:
            ask(SentenceEncoder(str(folder)))
        assert caught.value.place.path == str(folder / "modules.json")


def test_a_missing_extra_is_named_with_the_command_that_installs_it(tiny, monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(
        InputError, match="this test needs sentence_transformers, which is not installed"
    ) as e:
        SentenceEncoder(str(tiny)).verify("this test")
    assert e.value.hint == "pip install 'stance-harness[embeddings]'"


def test_nothing_is_printed(tiny, capfd):
    loaded.cache_clear()
    SentenceEncoder(str(tiny)).vectors(TEXTS)
    assert capfd.readouterr() == ("", "")
    assert cache_folder().is_dir()


def test_unit_vectors_have_length_1_but_for_zero():
    found = unit(np.array([[3, 4], [0, 0]], dtype=np.float32))
    np.testing.assert_array_equal(found, np.array([[0.6, 0.8], [0, 0]], dtype=np.float32))
    assert found.dtype == np.float32
