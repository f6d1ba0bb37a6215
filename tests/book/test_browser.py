"""Every page of the book, opened in a browser: from a folder, as a reader has it, and from a server."""

import contextlib
import functools
import http.server
import re
import threading
import urllib.request
from urllib.parse import quote

import pytest

from ..browser import squeezed
from ..inspection import broken
from .conftest import made

FOUND = """
    const shown = () => [...document.querySelectorAll(".md-search-result__item > .md-search-result__link")];
    return new Promise((done) => {
      const look = (times) => {
        const first = shown().slice(0, arguments[1]).map((link) => link.href);
        const isThere = first.some((link) => link.startsWith(arguments[0]));
        isThere || !times ? done(first) : setTimeout(look, 50, times - 1);
      };
      look(6000); // five minutes: a busy machine may need some
    });
"""


@pytest.fixture(scope="module")
def folder(books):
    return books[0]


@pytest.fixture(scope="module")
def places(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))


@pytest.fixture(scope="module")
def seen(inspect, folder, places):
    """The page at each address, as it was seen. The menus are looked at in pages that a server gives."""
    home = folder.as_uri() + "/"
    addresses = [home + quote(place) for place in places]
    return {address: inspect(address, home, apart=".md-sidebar") for address in addresses}


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@contextlib.contextmanager
def served(folder):
    """The address of a server that gives the files of a folder."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def server(folder):
    """The address of a server that gives the book."""
    with served(folder) as address:
        yield address


@pytest.mark.exhaustive
def test_every_page_is_right_on_a_phone_in_light_and_dark_at_a_desk_and_on_paper(seen):
    faults = [fault for page in seen.values() for fault in page.faults]
    assert not faults, "\n".join(["", *faults])


@pytest.mark.exhaustive
def test_every_link_leads_to_a_page_and_to_a_place_on_it(seen, folder):
    faults = broken(seen, folder.as_uri() + "/")
    assert not faults, "\n".join(["", *faults])


@pytest.mark.exhaustive
def test_a_server_gives_all_that_pages_ask_for_and_link_to(seen, folder, server):
    home = folder.as_uri() + "/"
    asked = {address for page in seen.values() for address in [*page.requests, *(link for link, _ in page.links)]}
    places = {address.removeprefix(home).partition("#")[0] for address in asked if address.startswith(home)}
    assert len(places) > len(seen)
    for place in places:
        with urllib.request.urlopen(server + place, timeout=60) as answer:
            assert answer.status == 200


@pytest.mark.exhaustive
@pytest.mark.parametrize("place", ["", "exercises/ex09_rnn_cell.html"])
def test_pages_from_a_server_are_right_too(inspect, server, place):
    faults = inspect(server + place, server).faults
    assert not faults, "\n".join(["", *faults])


def found(browser, words, wanted, among):
    """The first results of the search, `among` of them, as soon as `wanted` is there, or after a while."""
    browser.run("document.querySelector('label[for=__search]').click()")
    browser.type("[data-md-component=search-query]", words)
    return browser.wait_for(FOUND, wanted, among)


@pytest.mark.exhaustive
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("where", ["folder", "server"])
def test_a_word_that_is_typed_into_the_search_finds_a_page(browser, folder, server, where, width):
    home = server if where == "server" else folder.as_uri() + "/"
    browser.open(home + "exercises/ex00_counts.html", width)
    wanted = home + "exercises/ex31_attention.html"
    assert any(link.startswith(wanted) for link in found(browser, "attention", wanted, 20))
    assert browser.said() == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("words", ["install", "without a clone", "start", "wheel"])
def test_who_searches_for_how_to_begin_finds_the_page_that_says_it(browser, folder, words):
    home = folder.as_uri() + "/"
    browser.open(home + "glossary.html")
    wanted = home + "start.html"
    first = found(browser, words, wanted, 3)
    assert any(link.startswith(wanted) for link in first), first


@pytest.mark.exhaustive
def test_where_a_book_is_published_its_pages_are_listed_and_a_lost_reader_finds_the_way(inspect, places, tmp_path):
    with served(tmp_path) as server:
        home = f"{server}minigrad/"
        folder = made("mkdocs", tmp_path / "minigrad", home)
        listed = re.findall("<loc>(.*)</loc>", (folder / "sitemap.xml").read_text("utf-8"))
        assert {re.sub("(^|/)$", r"\1index.html", link.removeprefix(home)) for link in listed} == {*map(quote, places)}
        page = inspect(f"{home}404.html", home)
        assert page.faults == []
        to = {link.removeprefix(home) for link, _ in page.links}
        assert {"index.html", "start.html", "exercises/index.html", "reference/index.html"} <= to
        assert all((folder / place).is_file() for place in to if place.endswith(".html"))


@pytest.mark.exhaustive
@pytest.mark.parametrize("place", ["exercises/ex20_highway.html", "reference/optim.html", "docs/tour.html"])
def test_on_paper_no_code_is_cut_short_code_is_not_torn_and_no_heading_ends_a_page(browser, printed, folder, place):
    browser.open((folder / place).as_uri())
    codes = browser.run("return [...document.querySelectorAll('article pre')].map((each) => each.textContent)")
    headings = browser.run("return [...document.querySelectorAll('h2, h3, h4')].map((each) => each.textContent)")
    pages = printed()
    for code in codes:
        assert squeezed(code) in "".join(pages)
        assert code.count("\n") > 20 or any(squeezed(code) in page for page in pages), code
    for page in pages:
        assert not page.endswith(tuple(squeezed(heading.replace("§", "")) for heading in headings)), page[-60:]
