"""What mkdocs calls while it builds: pages from outside docs/, the generated reference, the navigation."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # mkdocs loads this file by its path

from mkdocs.structure.files import File, Files  # noqa: E402

from website.links import PAGES, for_site, linked, repository_path  # noqa: E402
from website.reference import GENERATED  # noqa: E402

ROLE = re.compile(r":(?:class|func|meth|mod):(?=<code>)")
"""A role of reStructuredText before its word, as docstrings have it and Markdown leaves it."""
REST = "Project"
"""The section of pages that the navigation does not name."""


def on_config(config: Any) -> Any:
    """Put pages that the navigation lacks at the end of its last section, so that none is out of reach."""
    named = set(_named(config["nav"]))
    docs = Path(config["docs_dir"])
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    section = next(entry[REST] for entry in config["nav"] if REST in entry)
    section.extend(page for page in pages if page not in named)
    return config


def _named(entries: Any) -> list[str]:
    if isinstance(entries, str):
        return [entries]
    inner = entries.values() if isinstance(entries, dict) else entries
    return [name for entry in inner for name in _named(entry)]


def on_files(files: Files, config: Any) -> Files:
    """Add the generated pages, those of outside docs/, and the files that any of them links to."""
    for path, make in GENERATED.items():
        files.append(File.generated(config, path, content=make()))
    for path, page in PAGES.items():
        files.append(File.generated(config, page, content=(ROOT / path).read_text(encoding="utf-8")))
    pages = [file for file in files if file.is_documentation_page() and file.src_uri not in GENERATED]
    needed = {path for page in pages for path in linked(page.content_string, repository_path(page.src_uri))}
    for path in sorted(needed):
        files.append(File.generated(config, f"source/{path}", content=(ROOT / path).read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Turn links that lead through the repository into links of the site."""
    path = page.file.src_uri
    return markdown if path in GENERATED else for_site(markdown, repository_path(path))


def on_page_content(html: str, page: Any, config: Any, files: Files) -> str:
    """Take roles of reStructuredText out of docstrings."""
    return ROLE.sub("", html)
