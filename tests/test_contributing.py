"""docs/CONTRIBUTING.md, the changelog and the citation say what is so."""

import re
from pathlib import Path

import minigrad

ROOT = Path(__file__).parents[1]
README, CI, CHANGELOG, PAGE = (
    (ROOT / name).read_text("utf-8") for name in ("README.md", ".ci/run", "docs/changelog.md", "docs/CONTRIBUTING.md")
)
VERDICT = re.compile(r"(?:ruff|mypy|mkdocs|python -m|python grader\.py)\b.*")


def commands(text):
    """The lines of the page that are typed, one command each."""
    return [each for line in re.findall(r"^    (.*)$", text, re.MULTILINE) for each in line.split(" && ")]


def ran(text):
    """The commands by which CI decides, without which files and where to."""
    lines = [re.split(r" minigrad | tests/| >", line)[0] for line in text.split("\n") if VERDICT.fullmatch(line)]
    return {*lines, *re.findall(r"readme_command '(.*?)'", text)}


def test_ci_runs_what_the_page_asks_for():
    asked = [each for each in commands(PAGE) if VERDICT.fullmatch(each)]
    assert asked
    assert {*asked} <= ran(CI)


def test_the_page_asks_for_all_that_ci_runs():
    assert ran(CI) - {"python grader.py"} <= {*commands(PAGE)}  # that shows the student's screen, and decides nothing


def test_what_is_installed_is_what_ci_installs():
    (install,) = (each for each in commands(PAGE) if each.startswith("pip"))
    assert install.replace("pip install", "pip install --quiet") in CI


def test_the_changelog_begins_with_this_version():
    assert re.search(r"^## (\S+),", CHANGELOG, re.MULTILINE)[1] == minigrad.__version__


def test_the_citation_is_of_this_version():
    cited = dict(re.findall(r"(\w+) = \{+(.*?)\}+,", README))
    assert cited["version"] == minigrad.__version__
    released = re.search(r"^## \S+, (\d{4})-", CHANGELOG, re.MULTILINE)
    assert released is None or released[1] == cited["year"]
