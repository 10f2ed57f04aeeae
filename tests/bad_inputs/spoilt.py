"""Ways to spoil any file: its bytes, one of its lines, or what stands in its place."""

from __future__ import annotations

import gzip
import os
import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

Bytes = Callable[[bytes], tuple[bytes, int]]
"""Sound bytes -> spoilt bytes, and the line (1-based) that a message must name; 0 where none is wrong alone."""


def middle(data: bytes) -> int:
    """Return the number of a line in the middle of a text."""
    return data.count(b"\n") // 2 + 1


def at_middle(put: bytes) -> Bytes:
    """Put bytes into the middle of a line in the middle of a text."""

    def spoil(data: bytes) -> tuple[bytes, int]:
        lines, number = data.split(b"\n"), middle(data)
        line = lines[number - 1]
        lines[number - 1] = line[: len(line) // 2] + put + line[len(line) // 2 :]
        return b"\n".join(lines), number

    return spoil


def as_line(put: bytes) -> Bytes:
    """Put a line before one in the middle of a text."""

    def spoil(data: bytes) -> tuple[bytes, int]:
        lines, number = data.split(b"\n"), middle(data)
        return b"\n".join([*lines[: number - 1], put, *lines[number - 1 :]]), number

    return spoil


def whole(put: bytes, line: int = 0) -> Bytes:
    """Put other bytes in a file's place."""
    return lambda data: (put, line)


def _cut(data: bytes) -> tuple[bytes, int]:
    return data[: len(data) // 2 + 1], 0


TEXT: dict[str, Bytes] = {
    "cut in half": _cut,
    "empty": whole(b""),
    "one line feed": whole(b"\n"),
    "a NUL": at_middle(b"\0"),
    "nothing but NUL": lambda data: (b"\0" * len(data), 1),
    "a byte order mark": lambda data: (b"\xef\xbb\xbf" + data, 1),
    "UTF-16": lambda data: (data.decode("utf-8").encode("utf-16"), 1),
    "UTF-16 without a mark": lambda data: (data.decode("utf-8").encode("utf-16-le"), 1),
    "UTF-32": lambda data: (data.decode("utf-8").encode("utf-32"), 1),
    "a byte of Latin-1": at_middle(b"\xe9"),
    "an overlong form": at_middle(b"\xc0\xaf"),
    "half a character": at_middle(b"\xed\xa0\x80"),
    "a character beyond Unicode": at_middle(b"\xf4\x90\x80\x80"),
    "CR and LF": lambda data: (data.replace(b"\n", b"\r\n"), 1),
    "CR alone": lambda data: (data.replace(b"\n", b"\r"), 1),
    "a merge conflict": as_line(b"<<<<<<< HEAD"),
    "a page of HTML": whole(b"<!DOCTYPE html>\n<html><body><p>Please log in: {}</p></body></html>\n", 1),
    "gzip": lambda data: (gzip.compress(data, mtime=0), 1),
    "random bytes": lambda data: (random.Random(1).randbytes(2000), 0),
    "a picture": whole(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40), 1),
    "a hundred thousand brackets": as_line(b"[" * 100_000),
    "a hundred thousand braces": as_line(b'{"a":' * 100_000),
    "a megabyte of one letter": as_line(b"x" * 1_000_000),
}
"""What may happen to any text; what each format must say of it is declared by its family."""


def directory(path: Path) -> None:
    """Make a folder of a file."""
    path.unlink()
    path.mkdir()


def fifo(path: Path) -> None:
    """Make a pipe of a file, at whose other end there is nobody."""
    path.unlink()
    os.mkfifo(path)


def link_to(target: str) -> Callable[[Path], None]:
    """Make a symbolic link of a file."""

    def spoil(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return spoil


def circle(path: Path) -> None:
    """Make two links that lead to each other."""
    path.unlink()
    other = path.with_name("other-" + path.name)
    path.symlink_to(other.name)
    other.symlink_to(path.name)


def door(path: Path) -> None:
    """Make a socket of a file."""
    path.unlink()
    here = os.getcwd()
    os.chdir(path.parent)  # the path of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def moved_away(path: Path) -> None:
    """Put the file elsewhere and a link to it in its place: as good as the file."""
    other = path.parent.parent / f"elsewhere-{path.name}"
    path.rename(other)
    path.symlink_to(os.path.relpath(other, path.parent))


PLACES: dict[str, Callable[[Path], None]] = {
    "absent": Path.unlink,
    "a folder": directory,
    "a pipe": fifo,
    "a socket": door,
    "a link to nothing": link_to("nothing-here"),
    "a link to itself": lambda path: link_to(path.name)(path),
    "two links in a circle": circle,
    "a link to endless zeros": link_to("/dev/zero"),
    "a link to an empty device": link_to("/dev/null"),
    "a link through a file": link_to("/etc/hostname/x"),
    "a link with a name too long": link_to("x" * 300),
}
"""What may stand in the place of a file."""


def spoils(path: str) -> Iterator[tuple[str, Callable[[Path], object]]]:
    """Yield the name of each way to spoil a file, and the function of a folder that does it."""
    for name, spoil in TEXT.items():
        yield name, lambda root, spoil=spoil: _rewrite(root / path, spoil)
    for name, put in PLACES.items():
        yield name, lambda root, put=put: put(root / path)


def _rewrite(path: Path, spoil: Bytes) -> int:
    data, line = spoil(path.read_bytes())
    path.write_bytes(data)
    return line


def replaced(path: str, old: bytes | str, new: bytes | str) -> Callable[[Path], None]:
    """Replace bytes of a file, which must be there, once."""
    old, new = (x.encode("utf-8", "surrogatepass") if isinstance(x, str) else x for x in (old, new))

    def spoil(root: Path) -> None:
        data = (root / path).read_bytes()
        assert old in data, f"{old!r} is not in {path}"
        (root / path).write_bytes(data.replace(old, new, 1))

    return spoil


def written(path: str, data: bytes | str) -> Callable[[Path], None]:
    """Write a file, with its folders."""

    def spoil(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)

    return spoil


def all_of(*spoils: Callable[[Path], object]) -> Callable[[Path], None]:
    """Do one after the other."""

    def spoil(root: Path) -> None:
        for each in spoils:
            each(root)

    return spoil
