"""A trained model as files: JSON, arrays and, where need be, skops; nothing in them runs when read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from harness.digest import sha256
from harness.errors import InputError
from harness.identity import differences
from harness.textfile import parse_json, read_bytes, read_text, to_json, write_bytes, write_text
from harness.unpacking import refuse_bomb

MANIFEST, PLAIN, ARRAYS, SKOPS = "model.json", "parts.json", "arrays.npz", ".skops"
SCHEMA = 1
TRUSTED = (
    "scipy.sparse._csr.csr_matrix",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.feature_selection._univariate_selection.chi2",
    "sklearn.feature_selection._univariate_selection.f_classif",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    "sklearn.utils._bunch.Bunch",
)
"""Types that a stored estimator may hold besides those that skops trusts (scikit-learn's estimators, numpy
arrays, numpy's and scipy's ufuncs). Trees are not among them: a forged one can crash the process."""


class RefusedModelError(InputError):
    """A stored model holds what is not read, whoever made it."""


def write_model(
    folder: Path, identity: Mapping[str, Any], chosen: Mapping[str, Any] | None, parts: Mapping[str, Any]
) -> str | None:
    """Write a trained model; the manifest last, since a folder with one is whole.

    Parameters
    ----------
    folder : Path
    identity : mapping
        What the model depends on; see :func:`harness.identity.differences`.
    chosen : mapping or None
        What tuning chose.
    parts : mapping
        From :meth:`harness.models.base.Model.parts`.

    Returns
    -------
    str or None
        Why nothing was written, or None: a part holds a type that would be refused when it is read.

    Raises
    ------
    RunError
        The folder cannot be written.
    """
    estimators = {k: v for k, v in parts.items() if hasattr(v, "get_params")}
    arrays = {k: v for k, v in parts.items() if isinstance(v, np.ndarray)}
    for name, array in arrays.items():
        if array.dtype.hasobject:
            return f"{name} is no array of numbers"
    plain = {k: v for k, v in parts.items() if k not in estimators and k not in arrays}
    files = {PLAIN: to_json(plain).encode("utf-8"), ARRAYS: _npz(arrays)}
    for name, estimator in estimators.items():
        data, why = _skops(estimator)
        if data is None:
            return why
        files[name + SKOPS] = data
    for name, data in files.items():
        write_bytes(folder / name, data)
    digests = {name: sha256(data) for name, data in files.items()}
    manifest = {"schema": SCHEMA, "identity": identity, "chosen": chosen, "files": digests}
    write_text(folder / MANIFEST, to_json(manifest, indent=1) + "\n")
    return None


def read_model(
    folder: Path, identity: Mapping[str, Any]
) -> tuple[Mapping[str, Any] | None, dict[str, Any]] | list[str]:
    """Read a stored model back, if it is the one that is wanted.

    Returns
    -------
    (chosen, parts) or list of str
        What :func:`write_model` was given; or the reasons why that is not to be had, such as
        ``harness version changed: 0.1.0 -> 0.2.0``. No stored model is no reason: an empty list.

    Raises
    ------
    RefusedModelError
        A file holds a type that is not trusted. Nothing of it has been built or called then.
    """
    if not (folder / MANIFEST).is_file():
        return []
    try:
        manifest = parse_json(read_text(folder / MANIFEST))
        if manifest["schema"] != SCHEMA:
            return [f"the format changed: {manifest['schema']} -> {SCHEMA}"]
        changed = differences(manifest["identity"], identity)
        if changed:
            return changed
        parts: dict[str, Any] = {}
        for name, digest in manifest["files"].items():
            path = folder / Path(name).name
            data = read_bytes(path)
            if sha256(data) != digest:
                return [f"{path.name} is damaged"]
            parts |= _read(path, data)
        return manifest["chosen"], parts
    except RefusedModelError:
        raise
    except Exception as error:  # whatever a forged or damaged file makes the readers raise
        return [f"it cannot be read: {error}"]


def _read(path: Path, data: bytes) -> dict[str, Any]:
    if path.name == PLAIN:
        return dict(parse_json(data.decode("utf-8")))
    if path.name == ARRAYS or path.name.endswith(SKOPS):
        with ZipFile(io.BytesIO(data)) as archive:
            refuse_bomb(path, len(data), sum(entry.file_size for entry in archive.infolist()))
    if path.name == ARRAYS:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    from skops.io import get_untrusted_types, loads

    refused = sorted(set(get_untrusted_types(data=data)) - set(TRUSTED))
    if refused:
        raise RefusedModelError(
            f"the stored model holds {', '.join(refused)}, which is not read",
            place=path,
            hint="take the folder away, and the model is trained again",
        )
    estimator = loads(data, trusted=list(TRUSTED))
    for vectoriser in _vectorisers(estimator):
        terms = vectoriser.vocabulary_
        if isinstance(terms, str):
            vectoriser.vocabulary_ = {term: i for i, term in enumerate(parse_json(terms))}
    return {path.name.removesuffix(SKOPS): estimator}


def _npz(arrays: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def _skops(estimator: Any) -> tuple[bytes | None, str | None]:
    """Return an estimator in skops' form; or None and why it has none that would be read again."""
    from skops.io import dumps, get_untrusted_types

    try:
        with _short_vocabularies(estimator):
            data: bytes = dumps(estimator, compression=ZIP_DEFLATED)
        refused = sorted(set(get_untrusted_types(data=data)) - set(TRUSTED))
    except Exception as error:  # skops raises whatever an object's own methods raise
        return None, f"it has no safe form: {error}"
    return (None, f"it holds {', '.join(refused)}") if refused else (data, None)


@contextmanager
def _short_vocabularies(estimator: Any) -> Iterator[None]:
    """Write each vocabulary as one list of terms: as a mapping, skops takes 400 bytes and 70 µs a term."""
    kept = [(v, v.vocabulary_) for v in _vectorisers(estimator)]
    try:
        for vectoriser, column in kept:
            vectoriser.vocabulary_ = to_json(sorted(column, key=column.__getitem__))
        yield
    finally:
        for vectoriser, column in kept:
            vectoriser.vocabulary_ = column


def _vectorisers(estimator: Any) -> list[Any]:
    """Return the fitted vectorisers in an estimator that have a vocabulary, each once."""
    from sklearn.feature_extraction.text import CountVectorizer

    inside = [estimator, *estimator.get_params(deep=True).values()]
    found = {id(v): v for v in inside if isinstance(v, CountVectorizer) and "vocabulary_" in vars(v)}
    return list(found.values())
