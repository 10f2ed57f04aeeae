"""Packed bytes -> bytes; what would unpack to far more than data do is refused before it fills the memory."""

from __future__ import annotations

from pathlib import Path

from harness.errors import InputError

FREE = 64 << 20
"""Bytes to which anything may unpack."""
MOST_TIMES = 200
"""Beyond `FREE`, how many times its packed size a file may become: people's text becomes 3 to 30 times
larger, and what is made to fill a memory a thousand times and more."""
_BLOCK = 1 << 20


def refuse_bomb(path: Path, packed: int, unpacked: int) -> None:
    """Raise `InputError` if ``packed`` bytes of a file become, or claim to become, too many ``unpacked``."""
    if unpacked > max(FREE, MOST_TIMES * packed):
        raise InputError(
            f"unpacks to more than {MOST_TIMES} times its {packed:,} bytes",
            place=path,
            hint="if you trust it, unpack it yourself and name what comes out",
        )


def unpacked(data: bytes, codec: str, path: Path) -> bytes:
    """Unpack bytes, all frames of them.

    Parameters
    ----------
    data : bytes
    codec : 'gzip' or 'zstd'
    path : Path
        For messages.

    Raises
    ------
    InputError
        They are not of this kind, they end too early, or they unpack to too much.
    """
    import pyarrow as pa

    pieces: list[bytes] = []
    size = 0
    try:
        with pa.input_stream(pa.BufferReader(data), compression=codec) as stream:
            while piece := stream.read(_BLOCK):
                size += len(piece)
                refuse_bomb(path, len(data), size)
                pieces.append(piece)
    except MemoryError:
        pieces.clear()
        raise InputError("unpacks to more than the memory holds", place=path, hint="split it") from None
    except (OSError, pa.ArrowException) as error:
        message = f"cannot be unpacked: {str(error).splitlines()[0]}"
        raise InputError(message, place=path, hint=f"fetch it again; its name says {codec}") from None
    try:
        return b"".join(pieces)
    except MemoryError:
        pieces.clear()
        raise InputError("unpacks to more than the memory holds", place=path, hint="split it") from None
