"""Print the README's shell commands, one a line: the fenced blocks marked ``sh`` of its first screen."""

import re
import sys
from pathlib import Path

text = Path(sys.argv[1]).read_text(encoding="utf-8")
for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[:2]:
    print(block.strip().replace("\\\n", " "))
