"""The functions that mkdocs calls: they make the pages of the book from the files of the course.

The book has the places of the repository, so that a link from one page to another is right in both. Markdown is taken
as it is; an exercise becomes a chapter; other files that a page links to are shown as code.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import aloud
import chapters
import excerpts
import front
import glossary
import mirror
import reference
from mkdocs.structure.files import File, Files
from mkdocs.utils import get_relative_url

from minigrad.course.catalogue.course import Course
from minigrad.course.reports.screen import START

ROOT = Path(__file__).resolve().parents[2]


@cache
def course_now() -> Course:
    """The course, read once for each time that the book is made."""
    return Course(ROOT)


def on_config(config: Any) -> Any:
    """Put the chapters and the reference into the menu."""
    course_now.cache_clear()
    if not config.site_url:
        config.theme.static_templates.discard("404.html")  # it is for a server, and needs its address
    menus = {"CHAPTERS": chapters.menu(course_now()), "REFERENCE": reference.menu()}
    for section in config.nav:
        for title, entries in section.items():
            if isinstance(entries, list):
                section[title] = [each for entry in entries for each in _entries(entry, menus)]
    return config


def _entries(entry: Any, menus: dict[str, Any]) -> Any:
    """An entry of the menu, or those that stand for its name."""
    return menus[entry] if isinstance(entry, str) and entry in menus else [entry]


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are made from the course."""
    # it comes with mkdocstrings, after `on_config`, and takes x[t][:, None] for a link
    config.markdown_extensions = [e for e in config.markdown_extensions if type(e).__name__ != "AutorefsExtension"]
    course, full = course_now(), config.extra["edition"] == "full"
    pages = {place: excerpts.with_code(text) for place, text in mirror.pages(ROOT).items()}
    pages |= {chapters.place(exercise): chapters.page(course, exercise, full) for exercise in course.exercises}
    pages |= reference.pages()
    pages["exercises/README.md"] = chapters.course_map(course, pages["exercises/README.md"])
    pages[f"exercises/{START}"] = chapters.typeset(front.for_readers(pages[f"exercises/{START}"]))
    pages["index.md"] = front.page(course, ROOT)
    pages["start.md"] = front.start(ROOT)
    pages["glossary.md"] = glossary.page(course)
    for place, text in pages.items():
        file = File.generated(config, place, content=text)
        if place == "README.md":  # the front page is the index
            file.name, file.dest_uri = "README", "README.html"
        files.append(file)
    for place in mirror.pictures(ROOT, pages):
        files.append(File.generated(config, place, abs_src_path=str(ROOT / place)))
    return files


def on_page_content(html: str, page: Any, config: Any, files: Files) -> str:
    """Link the words of the glossary in a chapter."""
    course = course_now()
    for exercise in course.exercises:
        if chapters.place(exercise) == page.file.src_uri:
            known = glossary.known_in(course, exercise)
            html = glossary.linked(html, known, exercise, get_relative_url("glossary.html", page.url))
    return aloud.content(html)


def on_post_page(output: str, page: Any, config: Any) -> str:
    return aloud.page(output)


def on_post_template(output_content: str, template_name: str, config: Any) -> str:
    return aloud.page(output_content) if template_name.endswith(".html") else output_content
