"""Stored models: nothing in them runs when they are read, whoever wrote them."""

import io
import json
import pickle
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier
from skops.io import dumps

from harness.labelling.stored_model import RefusedModelError, read_model, write_model

IDENTITY = {"harness": "1", "seed": 2}


def forge(folder, name, data):
    """Put other bytes in the place of a file, with the digest that the manifest then needs."""
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    manifest["files"][name] = sha256(data).hexdigest()
    (folder / "model.json").write_text(json.dumps(manifest), encoding="utf-8")


class Touch:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture
def stored(tmp_path):
    folder = tmp_path / "model"
    estimator = TfidfVectorizer().fit(["some words", "more words"])
    parts = {
        "terms": ["ä", "b"],
        "none": None,
        "a.b_": np.arange(3.0),
        "n": np.array(2),
        "vectoriser": estimator,
    }
    assert write_model(folder, IDENTITY, {"C": 1}, parts) is None
    return folder


def test_what_is_written_is_read_back(stored):
    chosen, parts = read_model(stored, IDENTITY)
    assert chosen == {"C": 1}
    assert (parts["terms"], parts["none"]) == (["ä", "b"], None)
    assert parts["a.b_"].tolist() == [0, 1, 2]
    assert parts["n"].shape == ()
    assert parts["vectoriser"].vocabulary_ == {"more": 0, "some": 1, "words": 2}
    assert parts["vectoriser"].transform(["words some"]).nnz == 2


def contents(path):
    """Yield every file, those inside of archives included."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    else:
        yield path.name, path.read_bytes()


def test_no_file_of_a_stored_model_is_a_pickle_or_holds_one(stored):
    seen = []
    for path in stored.iterdir():
        for name, data in contents(path):
            seen.append(Path(name).suffix)
            assert not data.startswith(b"\x80")  # how every pickle of protocol 2 and later begins
            assert b"pickle" not in data
            if name.endswith(".npy"):
                assert not np.load(io.BytesIO(data), allow_pickle=False).dtype.hasobject
            else:
                assert json.loads(data) is not None
    assert {".json", ".npy"} == set(seen)


def test_a_vocabulary_is_stored_as_a_list_of_terms_wherever_it_is_and_stays_as_it_was(tmp_path):
    words = [f"word{i}" for i in range(2000)]
    pipeline = make_pipeline(CountVectorizer(), FunctionTransformer(np.sqrt)).fit([" ".join(words)])
    before = pipeline[0].vocabulary_
    assert write_model(tmp_path, IDENTITY, None, {"pipeline": pipeline}) is None
    assert pipeline[0].vocabulary_ is before
    assert (tmp_path / "pipeline.skops").stat().st_size < 20_000  # as a mapping it would be 90 KB, deflated
    _, parts = read_model(tmp_path, IDENTITY)
    assert parts["pipeline"][0].vocabulary_ == before
    text = ["word7 word7 word1999"]
    assert (parts["pipeline"].transform(text) != pipeline.transform(text)).nnz == 0


def test_no_stored_model_is_no_reason(tmp_path):
    assert read_model(tmp_path / "absent", IDENTITY) == []


def test_another_identity_is_the_reason_and_nothing_else_is_read(stored):
    (stored / "arrays.npz").unlink()
    assert read_model(stored, {**IDENTITY, "seed": 3}) == ["seed changed: 2 -> 3"]


@pytest.mark.parametrize("name", ["parts.json", "arrays.npz", "vectoriser.skops"])
def test_a_damaged_or_absent_file_is_a_reason(stored, name):
    data = (stored / name).read_bytes()
    (stored / name).write_bytes(data[:-1])
    assert read_model(stored, IDENTITY) == [f"{name} is damaged"]
    (stored / name).unlink()
    [reason] = read_model(stored, IDENTITY)
    assert "no such file" in reason


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 1}', '{"schema": 2, "identity": {}}', "\xff"])
def test_a_damaged_manifest_is_a_reason(stored, text):
    (stored / "model.json").write_bytes(text.encode("latin-1"))
    assert len(read_model(stored, IDENTITY)) == 1


@pytest.mark.parametrize("name", ["parts.json", "arrays.npz", "vectoriser.skops"])
def test_a_pickle_in_place_of_a_file_is_not_loaded(stored, tmp_path, name):
    forge(stored, name, pickle.dumps(Touch(tmp_path / "ran")))
    [reason] = read_model(stored, IDENTITY)
    assert reason.startswith("it cannot be read: ")
    assert not (tmp_path / "ran").exists()


def test_an_array_of_objects_is_not_loaded(stored, tmp_path):
    out = io.BytesIO()
    np.savez(out, x=np.array([Touch(tmp_path / "ran")], dtype=object))
    forge(stored, "arrays.npz", out.getvalue())
    [reason] = read_model(stored, IDENTITY)
    assert "allow_pickle=False" in reason
    assert not (tmp_path / "ran").exists()


def schema_of(data, changes):
    """Return a skops file with another schema."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, json.dumps(changes) if name == "schema.json" else old.read(name))
    return out.getvalue()


def calls(module, name, loader):
    return {
        "__class__": name,
        "__module__": module,
        "__loader__": loader,
        "protocol": 2,
        "_skops_version": "0.13",
    }


FORGED = {
    "function": calls("posix", "system", "FunctionNode"),
    "type": calls("subprocess", "Popen", "TypeNode"),
    "object": calls("tests.labelling.test_stored_model", "Touch", "ObjectNode")
    | {
        "content": {
            "__class__": "dict",
            "__module__": "builtins",
            "__loader__": "DictNode",
            "content": {},
            "key_types": {
                "__class__": "list",
                "__module__": "builtins",
                "__loader__": "ListNode",
                "content": [],
            },
        }
    },
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_type_from_outside_is_refused_by_name_before_anything_is_made(stored, kind):
    data = dumps(TfidfVectorizer())
    forge(stored, "vectoriser.skops", schema_of(data, FORGED[kind]))
    with pytest.raises(RefusedModelError) as error:
        read_model(stored, IDENTITY)
    named = f"{FORGED[kind]['__module__']}.{FORGED[kind]['__class__']}"
    assert error.value.message == f"the stored model holds {named}, which is not read"
    assert error.value.place.path == str(stored / "vectoriser.skops")
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    "estimator",
    [
        DecisionTreeClassifier().fit([[0], [1]], [0, 1]),
        FunctionTransformer(json.loads),
        make_pipeline(FunctionTransformer(print)),
    ],
    ids=["tree", "function", "nested"],
)
def test_what_would_be_refused_is_not_written_either(tmp_path, estimator):
    why = write_model(tmp_path, IDENTITY, None, {"estimator": estimator})
    assert why.startswith("it holds ")
    assert list(tmp_path.iterdir()) == []


def test_an_array_of_objects_is_not_written(tmp_path):
    why = write_model(tmp_path, IDENTITY, None, {"x": np.array([None])})
    assert why == "x is no array of numbers"
    assert list(tmp_path.iterdir()) == []
