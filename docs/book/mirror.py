"""Which files of the repository are pages of the book, and how links to the others lead to a page all the same."""

from __future__ import annotations

import os.path
import re
from pathlib import Path

LINK = re.compile(r"(?<=\]\()([^)#\s]+)(?=[)#])")
PICTURES = (".svg", ".png", ".jpg", ".webp")


def pages(root: Path) -> dict[str, str]:
    """All Markdown of the repository by its place, and a page for each file that it links to."""
    files = [root / "README.md", *sorted((root / "docs").glob("*.md")), *sorted((root / "exercises").glob("*.md"))]
    found = {}
    for file in files:
        place = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8")
        found[place] = _with_links_to_pages(root, place, text)
        for link in LINK.findall(text):
            target = _target(place, link)
            if not _is_elsewhere(link) and _is_code(root, target):
                found[_page_of(target)] = code_page(root, target)
    return found


def pictures(root: Path, pages: dict[str, str]) -> list[str]:
    """The places of the pictures that are shown on these pages."""
    links = {_target(place, link) for place, text in pages.items() for link in LINK.findall(text)}
    return sorted(place for place in links if place.endswith(PICTURES) and (root / place).is_file())


def code_page(root: Path, place: str) -> str:
    """A page that shows a file as it is."""
    file = root / place
    text = file.read_text(encoding="utf-8").rstrip()
    kind = "python" if file.suffix == ".py" else "text"
    return f"# {file.name}\n\n`{place}`\n\n````{kind}\n{text}\n````\n"


def _is_elsewhere(link: str) -> bool:
    return ":" in link or link.startswith("#")


def _target(place: str, link: str) -> str:
    """The place that a link on a page means."""
    return os.path.normpath(os.path.join(os.path.dirname(place), link))


def _is_code(root: Path, place: str) -> bool:
    return (root / place).is_file() and not place.startswith("exercises/") and not place.endswith((".md", *PICTURES))


def _page_of(place: str) -> str:
    return place.removesuffix(".py") + ".md"


def _with_links_to_pages(root: Path, place: str, text: str) -> str:
    """The text of a page, in which a link to a file leads to the page of that file."""

    def link_to_page(found: re.Match[str]) -> str:
        link = found[1]
        if _is_elsewhere(link) or not (root / _target(place, link)).is_file() or link.endswith((".md", *PICTURES)):
            return link
        return _page_of(link)

    return LINK.sub(link_to_page, text)
