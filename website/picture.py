"""The README's picture: the first screen of a run's report, drawn by Chromium.

    python -m website.picture RUN docs/images/report.png

needs Chromium on the path and asks the network for nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

WIDTH, HEIGHT = 900, 1028
COLOURS = 48
"""So many colours are enough for text and two kinds of marks, and make the file small."""


def draw(run: Path, picture: Path) -> None:
    """Write the first screen of ``RUN/report.html`` as a PNG."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("chromium is missing: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder, "shot.png")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        size = f"--window-size={WIDTH},{HEIGHT}"
        where = [f"--user-data-dir={folder}/profile", f"--screenshot={shot}"]
        page = (run / "report.html").resolve().as_uri()
        subprocess.run([browser, *options, size, *where, page], check=True, capture_output=True)
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.open(shot).convert("RGB").quantize(COLOURS).save(picture, optimize=True)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
