"""Pages of the book that are files of the repository, and links to other files, which lead to a page all the same."""

from __future__ import annotations

import ast
import os.path
import re
from pathlib import Path

LINK = re.compile(r"(?<=\]\()([^)#\s]+)(?=[)#])")
UNSEARCHED = "---\nsearch:\n  exclude: true\n---\n\n"
PICTURES = (".svg", ".png", ".jpg", ".webp")


def pages(root: Path) -> dict[str, str]:
    """All Markdown of the repository by its place, and pages of the files and folders that it links to."""
    files = [root / "README.md", *sorted((root / "docs").glob("*.md")), *sorted((root / "exercises").glob("*.md"))]
    found = {}
    for file in files:
        place = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8")
        found[place] = _with_links_to_pages(root, place, text)
        for target in {_target(place, link) for link in LINK.findall(text) if ":" not in link}:
            if not _is_page(target) and not target.startswith("exercises/"):  # which are chapters
                found |= _shown(root, target)
    return found


def pictures(root: Path, pages: dict[str, str]) -> list[str]:
    """The places of the pictures that are shown on these pages."""
    links = {_target(place, link) for place, text in pages.items() for link in LINK.findall(text)}
    return sorted(place for place in links if place.endswith(PICTURES) and (root / place).is_file())


def code_page(root: Path, place: str) -> str:
    """A page that shows a file as it is. The search leaves it out: there are pages about what is in it."""
    text = (root / place).read_text(encoding="utf-8").rstrip()
    kind = "python" if place.endswith(".py") else "text"
    return f"{UNSEARCHED}# `{Path(place).name}`\n\n`{place}`\n\n````{kind}\n{text}\n````\n"


def _shown(root: Path, place: str) -> dict[str, str]:
    """The page of a file; for a folder, a page that lists its files, and theirs."""
    if (root / place).is_file():
        return {_page_of(root, place): code_page(root, place)}
    if not (root / place).is_dir():
        return {}
    lines, found = [f"# `{place}`", ""], dict[str, str]()
    for file in sorted((root / place).glob("*.py")):
        says = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n")[0]
        lines.append(f"- [`{file.name}`]({file.stem}.md): {says}")
        found |= _shown(root, f"{place}/{file.name}")
    return {_page_of(root, place): "\n".join(lines) + "\n", **found}


def _target(place: str, link: str) -> str:
    """The place that a link on a page means."""
    return os.path.normpath(os.path.join(os.path.dirname(place), link))


def _is_page(place: str) -> bool:
    return place.endswith((".md", *PICTURES))


def _page_of(root: Path, place: str) -> str:
    return f"{place}/index.md" if (root / place).is_dir() else place.removesuffix(".py") + ".md"


def _with_links_to_pages(root: Path, place: str, text: str) -> str:
    """The text of a page, in which a link to a file leads to the page of that file."""

    def link_to_page(found: re.Match[str]) -> str:
        link = found[1]
        if ":" in link or _is_page(link) or not (root / _target(place, link)).exists():
            return link
        return _page_of(root / os.path.dirname(place), link)

    return LINK.sub(link_to_page, text)
