"""The book as it is made: links lead somewhere, nothing is fetched from elsewhere, and students get no solutions."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from minigrad.course.catalogue.course import Course

pytestmark = pytest.mark.exhaustive
ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
FETCHES = {("link", "href"), ("script", "src"), ("img", "src"), ("source", "src"), ("iframe", "src"), ("use", "href")}


class Page(HTMLParser):
    """A page: its language, headings, places that can be linked to, links and what it fetches."""

    def __init__(self, file):
        super().__init__()
        self.language, self.headings, self.places, self.links, self.fetched = "", [], {""}, [], []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.places |= {given[key] for key in ("id", "name") if key in given}
        for key in {"href", "src"} & set(given):
            (self.fetched if (tag, key) in FETCHES else self.links).append(given[key])


@pytest.fixture(scope="module")
def pages(books):
    return {file: Page(file) for book in books for file in sorted(book.rglob("*.html"))}


def test_every_link_leads_to_a_place_of_the_book(pages):
    lost = []
    for file, page in pages.items():
        for link in page.links + page.fetched:
            target = urlsplit(link)
            if target.scheme or target.netloc:
                continue
            place = (file.parent / unquote(target.path)).resolve() if target.path else file
            there = place / "index.html" if place.is_dir() else place
            if not there.is_file() or (there in pages and unquote(target.fragment) not in pages[there].places):
                lost.append(f"{file.name}: {link}")
    assert not lost


def test_nothing_is_fetched_from_elsewhere(books, pages):
    assert not [(file.name, link) for file, page in pages.items() for link in page.fetched if urlsplit(link).netloc]
    styles = [file for book in books for file in book.rglob("*.css")]
    assert styles
    for file in styles:
        found = re.findall(r"(?:url\(|@import )[\"']?((?:https?:)?//[^)\"']*)", file.read_text(encoding="utf-8"))
        assert not found, f"{file.name}: {found}"


def test_before_the_first_exercise_a_reader_is_led_to_how_to_install(books):
    for book in books:
        text = (book / "exercises" / "before_you_start.html").read_text("utf-8").partition("<article")[2]
        assert '<a href="../start.html">Install and start</a>' in text.partition("</article>")[0]


def test_no_sign_is_shown_with_the_backslash_that_keeps_it(books):
    for book in books:
        for file in book.rglob("*.html"):
            text = re.sub(r"<(pre|code|script|math)\b.*?</\1>", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
            assert not re.search(r"\\(&lt;|[^\w\s])", text), file


def test_no_template_is_left_as_it_is(books):
    files = [file for book in books for file in book.rglob("*.xml")]
    assert files
    for file in files:
        assert "{%" not in file.read_text(encoding="utf-8"), file


def test_every_page_has_a_language_and_one_title_above_its_other_headings(pages):
    for file, page in pages.items():
        assert page.language == "en", file
        assert page.headings.count(1) == 1, f"{file}: {page.headings}"
        assert page.headings[0] == 1, file
        steps = [after - before for before, after in zip(page.headings, page.headings[1:], strict=False)]
        assert max(steps, default=0) <= 1, f"{file}: {page.headings}"


def test_every_exercise_and_every_page_of_the_documentation_is_there(books):
    for book in books:
        for exercise in COURSE.exercises:
            assert (book / "exercises" / f"{exercise.stem}.html").is_file()
        for file in (ROOT / "docs").glob("*.md"):
            assert (book / "docs" / f"{file.stem}.html").is_file()


def everything(book):
    """All texts of a book as one, without tags, and with each line's spaces as one."""
    texts = []
    for file in sorted(book.rglob("*")):
        if file.suffix in (".html", ".json", ".js", ".svg", ".css", ".xml", ".txt"):
            text = file.read_text(encoding="utf-8")
            texts.append(text if file.suffix != ".html" else re.sub(r"<[^>]*>", "", text))
    return squeezed(unescaped("\n".join(texts)))


def unescaped(text):
    for sign, plain in {
        "&lt;": "<",
        "&gt;": ">",
        "&quot;": '"',
        "&#34;": '"',
        "&#39;": "'",
        '\\"': '"',
        "&amp;": "&",
    }.items():
        text = text.replace(sign, plain)
    return text


def squeezed(text):
    """Without what Markdown takes away, and with one space between words."""
    return re.sub(r"\s+|\\n", " ", re.sub(r"[*`]", "", text))


@pytest.fixture(scope="module")
def open_to_all():
    """The texts that anybody may read: documentation, framework, and what students get, with hints and glossary."""
    files = [
        ROOT / "README.md",
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("docs/recipes/*.py"),
        *ROOT.glob("minigrad/**/*.py"),
    ]
    texts = [file.read_text("utf-8") for file in files]
    for exercise in COURSE.exercises:
        texts += [exercise.skeleton, *exercise.hints, *exercise.notes.get("words", {}).values()]
    return squeezed("\n".join(texts))


class Text(str):
    """A long text that is asked for many others, most of which do not stand in it."""

    def __init__(self, text):
        words = text.split(" ")
        self.runs = set(zip(words, words[1:], words[2:], strict=False))

    def __contains__(self, text):
        within = text.split(" ")[1:-1]  # whole words, whatever stands around the text
        if len(within) >= 3 and tuple(within[:3]) not in self.runs:
            return False
        place = self.find(text)
        while place > 0 and self[place - 1].isalnum():
            place = self.find(text, place + 1)
        return place >= 0


def secrets(exercise):
    """Lines of a solution, the answers with their reasons, and what is said of mistakes."""
    lines = [
        line.strip()
        for region in re.findall(r"# BEGIN SOLUTION\n(.*?)# END SOLUTION", exercise.solution, re.DOTALL)
        for line in region.splitlines()
    ]
    answers = re.findall(r"^\w+ = .+?(?=  # PREDICTION)", exercise.solution, re.MULTILINE)
    reasons = re.findall(r"# PREDICTION: (.+)$", exercise.solution, re.MULTILINE)
    sentences = [mistake.says for mistake in exercise.mistakes]
    return [line for line in lines if len(line) > 24], [*answers, *reasons], sentences


def test_students_get_no_solution_no_answer_and_no_mistake(books, open_to_all):
    full, students = (Text(everything(book)) for book in books)
    for exercise in COURSE.exercises:
        lines, answers, sentences = ([squeezed(text) for text in texts] for texts in secrets(exercise))
        given_away = [text for text in [*lines, *answers, *sentences] if text in students]
        given_away += [text for text in [*answers, *sentences] if text in full]
        assert [text for text in given_away if text not in open_to_all] == []
        assert [text for text in lines if text not in full] == []  # so that their absence means something


def test_the_search_does_not_look_into_hints_and_solutions(books):
    full, _ = books
    index = unescaped((full / "search" / "search_index.json").read_text("utf-8"))
    for exercise in COURSE.exercises:
        chapter = (full / "exercises" / f"{exercise.stem}.html").read_text("utf-8")
        folded = re.findall(r"<summary>([^<]*)</summary>", chapter)
        assert len(folded) == len(exercise.hints) + 1
        assert f'"exercises/{exercise.stem}.html"' in index
        assert not [words for words in folded if words in index], exercise.name
