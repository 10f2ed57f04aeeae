"""Optional dependencies: which extra brings a package, and the error for one that is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from harness.errors import InputError


def need(extra: str, *packages: str, what: str) -> None:
    """Make sure that packages of an extra are installed, without importing them.

    Parameters
    ----------
    extra : str
        Its name in ``pyproject.toml``, such as ``embeddings``.
    packages : str
        What is imported from it, such as ``sentence_transformers``.
    what : str
        What needs them, as the message says it: ``the model type 'embeddings'``.

    Raises
    ------
    InputError
        Some are missing; the message names them, the hint the command that installs the extra.
    """
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        verb = "which is" if len(missing) == 1 else "which are"
        raise InputError(
            f"{what} needs {' and '.join(missing)}, {verb} not installed",
            hint=f"pip install 'stance-harness[{extra}]'",
        )
