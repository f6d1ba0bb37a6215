"""The dashboard says what there is, alone, to everybody; and nothing in it is more than a text."""

import base64
import hashlib
import html.parser
import re
import sys
from collections import Counter

import pytest
from hypothesis import given

from minigrad.course.cohort import outputs
from minigrad.course.cohort.alike import Likeness, Pair, Shared
from minigrad.course.cohort.outputs import dashboard
from minigrad.course.cohort.summary import Summary
from minigrad.course.reports.formats.texts import plain
from minigrad.course.results.status import Status
from minigrad.course.usage import UsageError

from ....browser import squeezed
from ..books import HOSTILE, a_class, book, gradebooks

PASSED, FAILED, INFRA = ([status] * 3 for status in (Status.PASSED, Status.FAILED, Status.INFRA))
VOID = {"meta", "input", "br", "rect"}
ATTRIBUTES = {
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "autocomplete",
    "charset",
    "class",
    "colspan",
    "content",
    "d",
    "data-passed",
    "data-score",
    "data-sort",
    "datetime",
    "focusable",
    "for",
    "height",
    "hidden",
    "href",
    "http-equiv",
    "id",
    "lang",
    "name",
    "open",
    "preserveaspectratio",
    "role",
    "scope",
    "spellcheck",
    "tabindex",
    "type",
    "value",
    "viewbox",
    "width",
    "x",
    "y",
}


@pytest.fixture(autouse=True)
def _jinja2(request):
    if "without" not in request.node.name:
        pytest.importorskip("jinja2", reason="the dashboard needs Jinja2: pip install -e '.[dev]'")


class Page(html.parser.HTMLParser):
    """The elements of a page with their attributes, and the text in them."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.inside, self.texts = [], [], Counter()
        self.feed(text)
        self.close()
        assert not self.inside

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.inside.pop() == tag

    def handle_data(self, data):
        self.texts[self.inside[-1] if self.inside else "", " ".join(data.split())] += 1

    def text(self):
        return " ".join(data for (inside, data), _ in self.texts.items() if inside not in ("style", "script"))

    def all(self, tag):
        return [attributes for found, attributes in self.elements if found == tag]


def rendered(gradebook):
    return "".join(dashboard.render(gradebook))


def pair(gradebook, **fields):
    a, b = (record.student for record in gradebook.records[:2])
    return Pair(a, b, 7.25, [Likeness("ex09_rnn_cell", 0.9, 0.2, [Shared(71, 74, 2)])], 5, **fields)


@pytest.mark.twice
@given(gradebooks())
def test_nothing_that_anybody_wrote_is_more_than_a_text(gradebook):
    gradebook.alike = [pair(gradebook)] if len(gradebook.records) > 1 else []
    text = rendered(gradebook)
    text.encode("utf-8")
    page = Page(text)
    assert all(c.isprintable() or c in "\n\t" for c in text)
    tags = Counter(tag for tag, _ in page.elements)
    assert tags["script"] == tags["style"] == 1
    assert not tags.keys() & {"img", "iframe", "object", "embed", "link", "base", "audio", "video"}
    assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
    for record in gradebook.records:
        assert " ".join(plain(record.student.name or record.student.id).split()) in page.text()


@pytest.mark.twice
@pytest.mark.parametrize("text", [*HOSTILE, "{{ 7 * 7 }}{% raw %}", '" onmouseover="alert(1)', "-->", "]]>"])
def test_a_hostile_text_stands_there_as_it_is(text):
    gradebook = book([PASSED, FAILED], [FAILED, PASSED])
    for record in gradebook.records:
        record.student = type(record.student)(f"{text}{record.student.id}", f"{text}name")
        record.remarks = [text]
        for grade in record.grades:
            for check in grade.result.checks:
                check.message = check.diagnosis = check.title = text
    said = Page(rendered(gradebook)).text()
    assert " ".join(plain(f"{text}name").split()) in said
    assert "49" not in said


@pytest.mark.twice
def test_only_its_own_style_and_script_are_allowed_and_nothing_is_loaded():
    text = rendered(a_class(3))
    page = Page(text)
    policy = next(meta["content"] for meta in page.all("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert not re.search(r"url\(|@import|https?:|fetch\(|XMLHttp|innerHTML", content)
    assert all(link["href"].startswith("#") for link in page.all("a"))


@pytest.mark.twice
def test_links_lead_somewhere_and_no_name_is_given_twice():
    gradebook = a_class(4)
    gradebook.alike = [pair(gradebook)]
    page = Page(rendered(gradebook))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.all("a")} <= set(ids)
    references = [a[key] for _, a in page.elements for key in ("for", "aria-labelledby") if key in a]
    assert set(references) <= set(ids)


@pytest.mark.twice
def test_tables_have_captions_and_their_headers_a_scope_and_headings_come_in_order():
    page = Page(rendered(a_class(4)))
    tags = Counter(tag for tag, _ in page.elements)
    assert tags["caption"] == tags["table"]
    assert all(header["scope"] in ("row", "col") for header in page.all("th"))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels == [1] + [2] * 6
    assert tags["main"] == tags["nav"] == tags["header"] == tags["footer"] == 1


@pytest.mark.twice
def test_no_verdict_is_no_zero():
    gradebook = book([PASSED, INFRA], [PASSED, None], [PASSED, FAILED])
    said = Page(rendered(gradebook)).text()
    assert "Scores of the 1 student with a total" in said
    assert "The other 2 have none, which is no zero" in said
    assert "no verdict, since the grader itself failed" in said
    assert "0 of 12" not in said
    said = Page(rendered(book([PASSED, INFRA], [PASSED, FAILED]))).text()
    assert "The other one has none, which is no zero" in said


@pytest.mark.twice
def test_misconceptions_are_counted_with_three_examples():
    gradebook = book(*([[FAILED, PASSED]] * 5))
    for record in gradebook.records:
        record.grades[0].result.checks[1].diagnosis = "You forgot the bias."
    page = Page(rendered(gradebook))
    section = rendered(gradebook).partition('id="misunderstood"')[2].partition("</section>")[0]
    assert page.texts["bdi", "You forgot the bias."] == 1 + 5  # and once in each student's line
    assert re.findall(r'<td class="n">(\d+)</td>', section) == ["5"]
    assert len(re.findall("#student-", section)) == 3


@pytest.mark.twice
def test_pairs_are_to_be_looked_at_and_nobody_is_accused():
    gradebook = a_class(4)
    assert "were not compared" in Page(rendered(gradebook)).text()
    gradebook.alike = []
    assert "No two students" in Page(rendered(gradebook)).text()
    gradebook.alike = [pair(gradebook)]
    said = Page(rendered(gradebook)).text()
    assert "Pairs to look at" in said
    assert "rnn_cell : 90 % in common" in said
    assert "lines 71 and 74 (2 have it)" in said
    assert "proves nothing" in said
    assert not re.search("cheat|plagiar|guilty|suspect|fraud", said, re.IGNORECASE)


@pytest.mark.twice
def test_what_is_left_out_is_said(monkeypatch):
    gradebook = book([PASSED, FAILED], [FAILED, PASSED])
    gradebook.records[0].grades[1].result.checks[0].message = "told"
    assert "told" in rendered(gradebook)
    monkeypatch.setattr(dashboard, "MOST_DETAILS", 3)
    text = rendered(gradebook)
    assert "told" not in text
    assert "written for up to 3 files" in text
    assert 'id="student-2"' in text
    monkeypatch.setattr(dashboard, "MOST_ROWS", 1)
    text = rendered(gradebook)
    assert 'id="student-2"' not in text
    assert "A page can show 1 at most" in text


@pytest.mark.twice
def test_it_is_written_as_one_of_the_outputs(tmp_path):
    outputs.write("dashboard", tmp_path / "class.html", a_class(2))
    assert (tmp_path / "class.html").read_text("utf-8").rstrip().endswith("</html>")


def test_without_jinja2_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UsageError, match=r"Jinja2: pip install 'minigrad-course\[dashboard\]'"):
        rendered(book([PASSED, PASSED]))


def test_without_jinja2_that_is_said_before_anything_is_graded(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(UsageError, match="Jinja2"):
        outputs.require_writable({"dashboard": tmp_path / "class.html"})


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The page of a class with all that there may be."""
    pytest.importorskip("jinja2", reason="the dashboard needs Jinja2: pip install -e '.[dev]'")
    gradebook = a_class(30)
    for k, text in enumerate([*HOSTILE, '<img src="https://example.org/x">', "x" * 500]):
        record = gradebook.records[k]
        record.student = type(record.student)(f"{text}{k}", f"{text} {k}")
        record.remarks = [text]
        for grade in record.grades[:3]:
            for check in grade.result.checks:
                check.message, check.diagnosis = text, f"{text}."
    gradebook.records[4].grades[0].result.checks[0].status = Status.INFRA
    gradebook.records[5].grades[0].result = None
    gradebook.alike = [pair(gradebook)]
    path = tmp_path_factory.mktemp("page") / "class.html"
    path.write_text(rendered(gradebook), "utf-8")
    return path


SHOWN = "return [...document.querySelectorAll('#table > tbody')].filter((b) => b.offsetHeight).length"


UNFOLD = """
    document.querySelectorAll("#table .opener").forEach((button, k) => { if (k % 10 === 0) button.click(); });
    document.querySelectorAll("details").forEach((details) => { details.open = true; });
"""


@pytest.mark.exhaustive
@pytest.mark.parametrize("prepare", ["", UNFOLD], ids=["folded", "unfolded"])
def test_in_a_browser_it_asks_nothing_and_keeps_nobody_out_and_fits_and_prints(inspect, file, prepare):
    page = inspect(file.as_uri(), file.as_uri(), prepare)
    assert page.faults == []
    assert page.requests == [file.as_uri()]


FOLDED = "return document.querySelectorAll('details:not([open]), .opener[aria-expanded=false]').length"


@pytest.mark.exhaustive
def test_on_paper_all_about_the_class_is_unfolded_and_each_page_of_a_table_has_its_head(browser, printed, tmp_path):
    gradebook = a_class(60)
    file = tmp_path / "class.html"
    file.write_text(rendered(gradebook), "utf-8")
    browser.open(file.as_uri())
    folded = browser.run(FOLDED)
    pages = printed()
    paper = "".join(pages)
    titles = Counter(check.title for tally in Summary(gradebook).exercises for check in tally.checks.values())
    assert all(paper.count(squeezed(title)) >= count for title, count in titles.items())
    assert "▸" not in paper
    assert "▾" not in paper
    students = pages[next(n for n, page in enumerate(pages) if "Students,withtheirexercises" in page) :]
    assert len(students) > 2
    assert all("studentscoreexercises" in page for page in students)
    assert browser.run(FOLDED) == folded


@pytest.mark.exhaustive
def test_in_a_browser_students_are_found_and_sorted_and_a_line_opens(browser, file):
    browser.open(file.as_uri())
    assert browser.run(SHOWN) == 30
    browser.type("#find", "u02")
    assert browser.run(SHOWN) == browser.run(
        "return [...document.getElementById('table').tBodies].filter((b) => /u02/.test(b.rows[0].textContent)).length"
    )
    assert 0 < browser.run(SHOWN) < 30
    assert browser.run("return document.getElementById('shown').textContent").endswith(" of 30 students")
    browser.type("#find", "nobody is called so")
    assert browser.run(SHOWN) == 0
    browser.open(file.as_uri())
    browser.run("document.querySelector('[data-sort=score] button').click()")
    scores = browser.run("return [...document.querySelectorAll('#table > tbody')].map((b) => +b.dataset.score)")
    assert scores == sorted(scores, reverse=True)
    assert browser.run("return document.querySelector('[data-sort=score]').ariaSort") == "descending"
    opener = "const b = document.querySelector('#student-25 .opener');"
    height = f"{opener} return document.getElementById(b.getAttribute('aria-controls')).offsetHeight"
    assert browser.run(height) == 0
    browser.run(f"{opener} b.focus()")
    browser.press("\ue007")  # Enter
    assert browser.run(height) > 0
    assert browser.run(f"{opener} return b.ariaExpanded") == "true"
    assert browser.said() == []


@pytest.mark.exhaustive
def test_in_a_browser_a_link_to_a_student_finds_them_though_others_were_looked_for(browser, file):
    browser.open(file.as_uri())
    browser.type("#find", "nobody is called so")
    browser.run("document.querySelector('#look ~ details a').click()")
    assert browser.run("return document.querySelector(location.hash).offsetHeight") > 0


@pytest.mark.exhaustive
def test_in_a_browser_everything_is_there_without_scripts(browser, file):
    browser.open(file.as_uri(), scripts=False)
    assert browser.run(SHOWN) == 30
    assert browser.run("return [...document.querySelectorAll('.more')].every((m) => m.offsetHeight > 0)")
    assert browser.run("return document.getElementById('tools').offsetHeight") == 0
