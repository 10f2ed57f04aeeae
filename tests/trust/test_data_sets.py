"""A Hugging Face data set in a folder is made of the files in that folder, whatever it says of itself."""

import pytest

from harness.errors import InputError
from harness.table_data import Dataset
from harness.tables.dataset import read_dataset

ROWS = "id,text\n1,a\n"
README = "---\nconfigs:\n- config_name: default\n  {}\n---\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "secret.csv").write_text("id,text\n9,secret\n", encoding="utf-8")
    made = tmp_path / "set"
    made.mkdir()
    (made / "train.csv").write_text(ROWS, encoding="utf-8")
    return made


def texts(folder):
    rows = read_dataset(Dataset(path=str(folder)))
    return [str(t) for t in rows.columns["text"].to_pylist()]


@pytest.mark.parametrize(
    "said",
    [
        "data_files: ../secret.csv",
        "data_files: below/../../secret.csv",
        "data_files: [train.csv, ABSOLUTE]",
        "data_files: file://ABSOLUTE",
        "data_files: http://127.0.0.1:9/x.csv",
        "data_files: hf://datasets/a/b/x.csv",
        "data_files: simplecache::http://127.0.0.1:9/x.csv",
        "data_files: [{split: train, path: '../*.csv'}]",
        "data_dir: ..",
    ],
)
def test_a_description_that_names_data_elsewhere_is_refused(folder, said):
    elsewhere = str(folder.parent / "secret.csv")
    (folder / "README.md").write_text(README.format(said.replace("ABSOLUTE", elsewhere)), encoding="utf-8")
    with pytest.raises(InputError, match="names data outside of the folder") as caught:
        read_dataset(Dataset(path=str(folder)))
    assert caught.value.place.path == str(folder / "README.md")


def test_a_link_to_data_elsewhere_is_refused(folder):
    (folder / "test.csv").symlink_to("../secret.csv")
    with pytest.raises(InputError, match="leads out of the data set"):
        read_dataset(Dataset(path=str(folder)))


def test_a_saved_data_set_that_names_a_part_elsewhere_is_refused(folder):
    import datasets

    saved = folder.parent / "saved"
    datasets.Dataset.from_dict({"id": ["9"], "text": ["secret"]}).save_to_disk(str(folder.parent / "other"))
    datasets.DatasetDict({"train": datasets.Dataset.from_dict({"id": ["1"], "text": ["a"]})}).save_to_disk(
        str(saved)
    )
    assert texts(saved) == ["a"]
    (saved / "dataset_dict.json").write_text('{"splits": ["../other"]}', encoding="utf-8")
    with pytest.raises(InputError, match="leads out of the data set"):
        read_dataset(Dataset(path=str(saved)))


def test_a_folder_that_names_its_own_files_is_read(folder):
    (folder / "README.md").write_text(README.format("data_files: train.csv"), encoding="utf-8")
    assert texts(folder) == ["a"]


def test_a_snapshot_of_the_cache_links_to_the_blobs_beside_it(folder):
    repository = folder.parent / "datasets--a--b"
    snapshot = repository / "snapshots" / "0123"
    (repository / "blobs").mkdir(parents=True)
    (repository / "blobs" / "x").write_text(ROWS, encoding="utf-8")
    snapshot.mkdir(parents=True)
    (snapshot / "train.csv").symlink_to("../../blobs/x")
    assert texts(snapshot) == ["a"]
