"""A page as its readers meet it: on a phone, in light and dark, on paper and at a desk; and what is wrong with it."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

VIEWS = [
    ("paper", "on paper (A4), of a dark screen", {"width": 718, "scheme": "dark", "media": "print"}),
    ("light", "390 px wide, light", {"width": 390}),
    ("dark", "390 px wide, dark", {"width": 390, "scheme": "dark"}),
    ("light", "1280 px wide, light", {"width": 1280}),
]
"""Paper comes first: what is folded, a page unfolds for it, and the other views see that, too.

Dark colours are looked at on the phone alone.
"""


@dataclass
class Page:
    """The observations on a page: faults, names that links may lead to, links, and what was asked for."""

    faults: list[str]
    names: set[str]
    links: list[tuple[str, str]]
    requests: list[str]


def scripts():
    """The scripts that a browser begins its pages with, or "" where the variable AXE names no axe-core."""
    axe = os.environ.get("AXE", "")
    return axe and "\n".join(Path(path).read_text("utf-8") for path in (axe, Path(__file__).with_suffix(".js")))


def inspect(browser, read, address, home, prepare="", apart="#none"):
    """Open a page and look at it in each view.

    Args:
        read: how texts look that were seen already, in whose colours nothing new can be found. It grows.
        home: how the addresses begin that it may ask for.
        prepare: a script that unfolds what is to be seen.
        apart: a selector of what is looked at elsewhere, such as the menu that all pages have.
    """
    faults = []

    def add(view, rule, element, todo):
        faults.append(f"{address.removeprefix(home) or address}, {view}: {rule}: {element}\n    {todo}")

    browser.open(address, VIEWS[0][2]["width"])
    browser.run(prepare)
    for view, words, screen in VIEWS:
        browser.show(**screen)
        asked = view, screen["width"], apart, read
        found, read[:] = browser.wait_for("return inspection.faults(...arguments)", *asked)
        for fault in found:
            add(words, *fault)
    names, links = browser.run("return [inspection.names(), inspection.links()]")
    requests = browser.requests()
    for message in browser.said():
        add("opened", "console", message, "Nothing may be said there: mend what says it.")
    for request in requests:
        if not request.startswith((home, "data:", "blob:", "about:")):
            add("opened", "request outside", request, "Put what is asked for beside the page.")
    return Page(faults, set(names), links, requests)


def broken(pages, home):
    """The faults of links between pages in a folder, {address: Page}, all of which were seen."""
    faults = []
    for address, page in pages.items():
        for link, element in page.links:
            if link.startswith("file:") and not _leads_somewhere(link, pages, home):
                todo = f"There is no {link.removeprefix(home)} in the folder: mend the link, or make what it leads to."
                faults.append(f"{address.removeprefix(home)}, opened: broken link: {element}\n    {todo}")
    return faults


def _leads_somewhere(link, pages, home):
    target, name = urldefrag(link)
    if target in pages:
        return not name or unquote(name) in pages[target].names
    return target.startswith(home) and Path(unquote(urlsplit(target).path)).is_file()
