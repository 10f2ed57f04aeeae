"""Names of pretrained models: folders, packages and Hugging Face ids, found on the disk or refused."""

import shutil
import sys

import pytest

from harness.errors import InputError
from harness.model_folder import content_digest, lack, models_below
from harness.pretrained import anchored, located

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def model(tmp_path):
    """Return a folder that looks like a model; nothing here reads its weights."""
    folder = tmp_path / "models" / "mini"
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "modules.json").write_text("[]")
    (folder / "config.json").write_text("{}")
    (folder / "1_Pooling" / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@pytest.fixture
def package(model, tmp_path, monkeypatch):
    """Return the folder of an installed package that carries the model and fails when it is imported."""
    folder = tmp_path / "site" / "my_models"
    shutil.copytree(model, folder / "data" / "mini")
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(folder.parent))
    return folder


@pytest.fixture
def hub(model, tmp_path, monkeypatch):
    """Return a Hugging Face cache in which 'main' of org/mini is the model."""
    from huggingface_hub import constants

    cache = tmp_path / "hub"
    snapshots = cache / "models--org--mini" / "snapshots"
    shutil.copytree(model, snapshots / COMMIT)
    refs = cache / "models--org--mini" / "refs"
    refs.mkdir()
    (refs / "main").write_text(COMMIT)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
    return snapshots


def refused(name, **more):
    with pytest.raises(InputError) as caught:
        located(name, **more)
    return caught.value


def test_a_folder_is_identified_by_what_is_in_it_and_not_by_where_it_is(model, tmp_path):
    elsewhere = shutil.copytree(model, tmp_path / "copy")
    assert located(str(model)).identity == located(str(elsewhere)).identity
    assert located(str(elsewhere)).folder == elsewhere


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "1_Pooling/config.json", "vocab.txt"])
def test_every_file_that_a_model_may_read_is_in_the_digest(model, file):
    before = content_digest(model)
    (model / file).write_bytes(b"changed")
    assert content_digest(model) != before


@pytest.mark.parametrize("file", ["README.md", ".gitattributes", ".cache/x.json", "onnx/model.onnx"])
def test_what_no_model_reads_is_not(model, file):
    before = content_digest(model)
    (model / file).parent.mkdir(exist_ok=True)
    (model / file).write_bytes(b"new")
    assert content_digest(model) == before


def test_a_file_that_is_renamed_changes_the_digest(model):
    before = content_digest(model)
    (model / "config.json").rename(model / "config_1.json")
    assert content_digest(model) != before


def test_a_folder_says_what_it_lacks_to_be_a_model(model, tmp_path):
    assert lack(model) is None
    assert lack(tmp_path / "nowhere") == "is no folder"
    assert lack(model.parent) == "is no model: it has neither modules.json nor config.json"
    (model / "model.safetensors").unlink()
    assert lack(model) == "has no weights, no .safetensors and no .bin file"


def test_the_parts_of_a_model_are_no_models_of_their_own(model, tmp_path):
    (model / "1_Pooling" / "model.safetensors").write_bytes(b"a layer")
    assert models_below(tmp_path) == [model]
    assert models_below(model) == [model]


@pytest.mark.parametrize("name", ["my_models", "my-models", "my-models/data", "my_models/data/mini"])
def test_a_package_is_searched_for_its_one_model_without_being_imported(package, name):
    found = located(f"package:{name}")
    assert found.folder == package / "data" / "mini"
    assert "my_models" not in sys.modules
    assert set(found.identity) == {"files"}


def test_a_package_with_two_models_asks_which(package):
    shutil.copytree(package / "data" / "mini", package / "data" / "other")
    error = refused("package:my-models")
    assert error.message == "the Python package 'my-models' carries 2 models"
    assert error.hint == "name one: package:my-models/data/mini, package:my-models/data/other"
    assert located("package:my-models/data/other").folder.name == "other"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("package:no-such-package", "no Python package 'no-such-package' is installed"),
        ("package:", "no Python package '' is installed"),
        ("package:../x", "no Python package '..' is installed"),
        ("package:json", "the Python package 'json' carries no model"),
        ("package:json/tool", "the Python package 'json' carries no model in tool"),
        ("./nowhere", "nowhere is no folder"),
        ("models/a/b", "models/a/b is no folder"),
    ],
)
def test_what_is_not_there_is_refused(name, message):
    assert refused(name).message == message


def test_a_revision_is_of_a_hugging_face_id_alone(model):
    assert refused(str(model), revision="main").message == "a revision is of a Hugging Face id"


@pytest.mark.parametrize(
    ("name", "more"), [("org/mini", {}), ("mini", {"owner": "org"}), ("org/mini", {"revision": COMMIT})]
)
def test_a_hugging_face_id_is_found_in_the_local_cache_and_known_by_its_commit(hub, name, more):
    found = located(name, **more)
    assert found.folder == hub / COMMIT
    assert found.identity == {"hub": "org/mini", "commit": COMMIT}


def test_a_hugging_face_id_that_the_cache_lacks_is_not_downloaded(hub):
    error = refused("org/other")
    assert error.message == (
        "the model 'org/other' is not in the local Hugging Face cache, and nothing is downloaded here"
    )
    assert error.hint == "hf download org/other, or name a folder or package:NAME"
    error = refused("org/mini", revision="v2")
    assert error.message.startswith("the model 'org/mini' at revision v2 is not in the local")
    assert error.hint.startswith("hf download org/mini --revision v2,")


def test_a_download_that_broke_off_is_named_as_one(hub):
    (hub / COMMIT / "model.safetensors").unlink()
    assert "in part: it has no weights" in refused("org/mini").message


def test_what_can_be_no_hugging_face_id_is_told_as_such(hub):
    assert refused("a--b/c").message.startswith("'a--b/c' is no Hugging Face id: ")


def test_a_name_is_a_path_where_it_looks_like_one_or_there_is_such_a_folder(model, tmp_path):
    def absolute(path):
        return str((tmp_path / path).resolve())

    assert anchored("./x", absolute) == str(tmp_path / "x")
    assert anchored("a/b/c", absolute) == str(tmp_path / "a/b/c")
    assert anchored(str(model), absolute) == str(model)
    assert anchored("models/mini", absolute) == str(model), "there is such a folder"
    assert anchored("models/maxi", absolute) == "models/maxi", "there is none, so it is an id"
    assert anchored("package:models", absolute) == "package:models"
