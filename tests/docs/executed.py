"""Pages whose commands are executed, and whose shown output is compared with what the commands print.

    python -m tests.docs.executed [--write] [PAGE...]

A page is one if it has the line ``<!-- executed -->``, or ``<!-- executed: needs MODULE -->`` where an
extra must be installed for it. Its ``sh`` blocks run in order, in one bash and one
scratch copy of the project, so ``cd`` and variables last from block to block. The ``text`` block after one
holds what a terminal of 80 columns shows, standard output and errors alike; without such a block nothing may
be printed. In it a line ``[...]`` stands for any lines. Trailing spaces do not count, and digests (8, 12, 16
or 64 hexadecimal digits) are all alike, since they change with versions of packages.

Above a block, ``<!-- exit 1 -->`` says that its last command ends with that status, where else every
command must succeed; ``<!-- not executed: WHY -->`` leaves it out.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = re.compile(r"^<!-- executed(?:: needs (?P<module>\w+))? -->$", re.MULTILINE)
CUT = "[...]"
BLOCK = re.compile(
    r"^(?:<!-- (?:(?P<skip>not executed: \S[^\n]*)|exit (?P<status>\d+)) -->\n)?"
    r"```sh\n(?P<command>.*?)^```\n"
    r"(?:\n*```text\n(?P<shown>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
DIGEST = re.compile(r"\b(?=\d*[a-f])(?=[a-f]*\d)(?:[0-9a-f]{64}|[0-9a-f]{16}|[0-9a-f]{12}|[0-9a-f]{8})\b")
LEFT_OUT = (".*", "runs", "venv", "build", "dist", "__pycache__", "*.egg-info")


@dataclass(frozen=True)
class Printed:
    """What a block printed, and the statuses of those of its commands that failed; None: never reached."""

    lines: tuple[str, ...]
    failed: tuple[int, ...] | None


def pages() -> list[Path]:
    """Return the pages of the project whose commands are executed."""
    found = sorted((ROOT / "docs").rglob("*.md"))
    return [page for page in found if MARK.search(page.read_text(encoding="utf-8"))]


def lacking(text: str) -> str | None:
    """Return the module that a page needs and that is not installed; None where nothing is lacking."""
    found = MARK.search(text)
    module = found["module"] if found else None
    return module if module and find_spec(module) is None else None


def blocks(text: str) -> list[re.Match[str]]:
    """Return the blocks of a page that are to be run, in order."""
    return [block for block in BLOCK.finditer(text) if not block["skip"]]


def run(commands: Sequence[str], project: Path) -> list[Printed]:
    """Run commands one after the other in one bash, in a folder, with nobody at the keyboard."""
    with tempfile.TemporaryDirectory() as folder:
        script = "".join(
            f"trap 'echo $? >>\"{folder}/{i}.failed\"' ERR\n"
            f'{{ : >"{folder}/{i}.failed"\n{command}\n}} >"{folder}/{i}" 2>&1\n'
            for i, command in enumerate(commands)
        )
        environment = os.environ | {
            "COLUMNS": "80",
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]),
            "PYTHONUNBUFFERED": "1",  # or a message could come before what was printed earlier
        }
        subprocess.run(
            ["bash", "-c", script], cwd=project, env=environment, stdin=subprocess.DEVNULL, check=False
        )
        return [_printed(Path(folder, str(i))) for i in range(len(commands))]


def _printed(path: Path) -> Printed:
    failed = path.with_name(f"{path.name}.failed")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    statuses = tuple(map(int, failed.read_text(encoding="ascii").split())) if failed.exists() else None
    return Printed(tuple(line.rstrip() for line in lines), statuses)


def run_in_copy(commands: Sequence[str]) -> list[Printed]:
    """Run commands in a scratch copy of the project, without what git does not keep."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "stance-harness")
        shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(*LEFT_OUT))
        return run(commands, project)


def problems(text: str, printed: Sequence[Printed]) -> list[str]:
    """Return where a page and its commands differ: each block's line, what is wrong, and the difference."""
    found = []
    for block, real in zip(blocks(text), printed, strict=True):
        place = f"line {text.count(chr(10), 0, block.start('command')) + 1}: {block['command'].strip()}"
        expected = (int(block["status"]),) if block["status"] else ()
        if real.failed is None:
            found.append(f"{place}\nwas never reached")
        elif real.failed != expected:
            found.append(f"{place}\nfailing statuses {real.failed}, expected {expected}\n{_text(real.lines)}")
        elif not matches(_shown(block), real.lines):
            diff = unified_diff(_shown(block), real.lines, "page", "printed", lineterm="", n=2)
            found.append(f"{place}\n{_text(list(diff))}")
    return found


def _shown(block: re.Match[str]) -> list[str]:
    return [line.rstrip() for line in (block["shown"] or "").splitlines()]


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines)


def matches(shown: Sequence[str], real: Sequence[str]) -> bool:
    """Tell whether lines are as shown, where a ``[...]`` stands for any lines and digests are alike."""
    first, *rest = _parts(shown)
    lines = [alike(line) for line in real]
    if not rest:
        return lines == first
    if lines[: len(first)] != first:
        return False
    *middle, last = rest
    at = len(first)
    for part in middle:
        starts = range(at, len(lines) - len(part) + 1)
        start = next((i for i in starts if lines[i : i + len(part)] == part), None)
        if start is None:
            return False
        at = start + len(part)
    return len(lines) - at >= len(last) and lines[len(lines) - len(last) :] == last


def _parts(shown: Sequence[str]) -> list[list[str]]:
    """Return the stretches of lines between cuts, with digests alike."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line == CUT:
            parts.append([])
        else:
            parts[-1].append(alike(line))
    return parts


def alike(line: str) -> str:
    """Return a line with all digests of one length the same."""
    return DIGEST.sub(lambda m: "#" * len(m[0]), line)


def renewed(text: str, printed: Sequence[Printed]) -> str:
    """Return a page with what its commands print; a block that is right stays as it is.

    Of a block with cuts each stretch keeps its number of lines: the first begins where the output begins, the
    last ends where it ends, and one between is found by its first line. Where that line is gone, the stretch
    stays as it was, for its author to mend.
    """
    out, at = [], 0
    for block, real in zip(blocks(text), printed, strict=True):
        shown = _shown(block)
        if matches(shown, real.lines):
            continue
        new = real.lines if CUT not in shown else _recut(shown, real.lines)
        out += [text[at : block.end("command")], "```\n\n```text\n", *(f"{line}\n" for line in new), "```\n"]
        at = block.end()
    return "".join([*out, text[at:]])


def _recut(shown: Sequence[str], real: Sequence[str]) -> list[str]:
    cuts = [i for i, line in enumerate(shown) if line == CUT]
    out = list(real[: cuts[0]])
    at = cuts[0]
    lines = [alike(line) for line in real]
    for start, stop in zip(cuts, [*cuts[1:], None], strict=True):
        part = list(shown[start + 1 : stop])
        if stop is None:
            part = list(real[len(real) - len(part) :])
        elif part and alike(part[0]) in lines[at:]:
            at = lines.index(alike(part[0]), at)
            part = list(real[at : at + len(part)])
            at += len(part)
        out += [CUT, *part]
    return out


def main() -> None:
    """Check pages, or with ``--write`` renew what they show."""
    parser = argparse.ArgumentParser(description="run the commands of pages and compare what they print")
    parser.add_argument("--write", action="store_true", help="put in what the commands print")
    parser.add_argument("page", nargs="*", type=Path, help="default: every page of docs/ that is marked")
    asked = parser.parse_args()
    wrong = False
    for page in asked.page or pages():
        text = page.read_text(encoding="utf-8")
        printed = run_in_copy([block["command"] for block in blocks(text)])
        if asked.write:
            text = renewed(text, printed)
            page.write_text(text, encoding="utf-8")
        found = problems(text, printed)
        wrong = wrong or bool(found)
        print(f"{page}: {len(printed)} blocks, {len(found)} of them wrong", *found, sep="\n\n")
    raise SystemExit(wrong)


if __name__ == "__main__":
    main()
