"""Check what is in the sdist and the wheel.

``python .ci/package_contents.py CLONE DIST DIRECT``: CLONE is a fresh clone, DIST has its sdist and the wheel
made from that, DIRECT the wheel made from the clone. Both wheels have the same files, byte for byte.
"""

import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

clone, dist, direct = map(Path, sys.argv[1:])
wrong = []


def wheel(folder):
    """Return the content of each file of the one wheel in a folder; RECORD repeats their digests."""
    (path,) = folder.glob("*.whl")
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/RECORD")}


built, straight = wheel(dist), wheel(direct)
if built != straight:
    differ = sorted(name for name in built.keys() | straight.keys() if built.get(name) != straight.get(name))
    wrong.append(f"the sdist's wheel differs from the repository's: {differ}")
files = {str(path.relative_to(clone)) for path in (clone / "harness").rglob("*") if path.is_file()}
inside = {name for name in built if ".dist-info/" not in name}
if lacking := sorted(files - inside):
    wrong.append(f"the wheel lacks {lacking}")
if stray := sorted(inside - files):
    wrong.append(f"the wheel has {stray}")
if not any(name.endswith(".dist-info/licenses/LICENSE") for name in built):
    wrong.append("the wheel lacks LICENSE")
metadata = next(data for name, data in built.items() if name.endswith(".dist-info/METADATA")).decode("utf-8")
if (clone / "README.md").read_text(encoding="utf-8").strip() not in metadata:
    wrong.append("the wheel's description is not README.md")
(path,) = dist.glob("*.tar.gz")
with tarfile.open(path) as archive:
    packed = {name.partition("/")[2] for name in archive.getnames()}
if lacking := sorted({*files, "LICENSE", "README.md", "pyproject.toml"} - packed):
    wrong.append(f"the sdist lacks {lacking}")
if wrong:
    print(*wrong, sep="\n")
    raise SystemExit(1)
print(f"{len(inside)} files in the wheel, {len(packed)} in the sdist")
