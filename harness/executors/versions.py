"""Whether processes elsewhere compute with what this one computes with: versions, and the harness's code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from harness.environment import NUMERIC

Versions = Mapping[str, str | None]
"""By ``python``, ``harness``, ``code`` and each distribution; None for what is not installed."""


def needed(packages: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the distributions that must agree: the numeric ones, and those of the models at work."""
    return tuple(dict.fromkeys((*NUMERIC, *packages)))


def found_by() -> Callable[[Sequence[str]], dict[str, str | None]]:
    """Return a function of names of distributions that says what the process has that calls it.

    It is sent whole, not by name: a process without the harness can then still say so.
    """

    def found(names: Sequence[str]) -> dict[str, str | None]:
        import importlib.metadata
        import platform
        from hashlib import sha256
        from pathlib import Path

        out: dict[str, str | None] = {"python": ".".join(platform.python_version_tuple()[:2])}
        try:
            import harness
        except ImportError:
            return {**out, "harness": None}
        top, code = Path(str(harness.__file__)).parent, sha256()
        for path in sorted(top.rglob("*.py")):
            code.update(path.relative_to(top).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        out |= {"harness": harness.__version__, "code": code.hexdigest()[:12]}
        for name in (name for name in names if name not in out):
            try:
                out[name] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                out[name] = None
        return out

    return found


def disagreements(here: Versions, there: Mapping[str, Versions]) -> Iterator[str]:
    """Yield one sentence for each kind of difference, with the workers that have it.

    Parameters
    ----------
    here : mapping
        What this process has.
    there : mapping
        What each worker has, by its address.
    """
    by_reason: dict[str, list[str]] = {}
    for worker, versions in there.items():
        for reason in _reasons(here, versions):
            by_reason.setdefault(reason, []).append(worker)
    for reason, workers in by_reason.items():
        more = f" and {len(workers) - 1} more" if len(workers) > 1 else ""
        yield f"{reason} ({workers[0]}{more})"


def _reasons(here: Versions, there: Versions) -> Iterator[str]:
    if there["harness"] is None:
        yield "stance-harness is not installed"
        return
    for name, version in here.items():
        other = there.get(name)
        if name == "code":
            if other != version and there["harness"] == here["harness"]:
                yield f"harness {there['harness']} has other code than the one here"
        elif other is None:
            yield f"{name} is not installed"
        elif other != version:
            yield f"{name} is {other}, here {version or 'none'}"
