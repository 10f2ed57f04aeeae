"""Check that what README.md shows of the baseline's terminal output is real.

``python .ci/readme_output.py OUTPUT``: every line of the block must be a line of OUTPUT;
with ``--write`` the parts worth a first look are put in.
"""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"(<!-- output -->\n```text\n)(.*?)(```\n<!-- /output -->)", re.DOTALL)
CUT = "[...]"

output = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n")
output = [line.rstrip() for line in output]
readme = Path("README.md")
text = readme.read_text(encoding="utf-8")
if "--write" in sys.argv:
    start = output.index("SCORES")
    first_table = output[start : start + 15]
    leak = output.index("LEAKAGE")
    leakage = output[leak : leak + 14]
    end = next(i for i, line in enumerate(output) if " has the highest " in line)
    stop = output.index("", end)
    last = [line for line in output if line][-2:]
    kept = [*first_table, CUT, *leakage, CUT, *output[end:stop], CUT, *last]
    readme.write_text(BLOCK.sub(lambda m: m[1] + "\n".join(kept) + "\n" + m[3], text), encoding="utf-8")
else:
    found = BLOCK.search(text)
    shown = found[2].rstrip("\n").split("\n") if found else []
    missing = [line for line in shown if line != CUT and line not in output]
    if missing or len(shown) < 20:
        print("README.md shows lines that the run did not print:", *missing, sep="\n")
        raise SystemExit(1)
    print(f"README.md: {len(shown)} lines, all real")
