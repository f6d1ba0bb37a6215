"""docs/CONTRIBUTING.md, the changelog and the citation say what is so."""

import re
from pathlib import Path

import minigrad

ROOT = Path(__file__).parents[1]
README, CI, CHANGELOG, PAGE = (
    (ROOT / name).read_text("utf-8") for name in ("README.md", ".ci/run", "docs/changelog.md", "docs/CONTRIBUTING.md")
)
VERDICT = re.compile(r"(?:ruff|mypy|mkdocs|python -m|python grader\.py)\b.*")


def commands(section):
    """The commands that a section of the page shows, one from each line or several."""
    text = PAGE[PAGE.index(f"## {section}") :].split("\n## ")[0]
    return [each for line in re.findall(r"^    (.*)$", text, re.MULTILINE) for each in line.split(" && ")]


def ran():
    """The commands by which CI decides, without which files they are of and where to they write."""
    lines = [line.removeprefix("nice -n 19 ") for line in CI.split("\n")]
    lines = [re.split(r" minigrad | tests/| >| --outdir", line)[0] for line in lines if VERDICT.fullmatch(line)]
    return {*lines, *re.findall(r"readme_command '(.*?)'", CI)}


def test_ci_runs_what_the_page_asks_for():
    assert len(commands("The four commands")) == 6  # of which three are one
    assert {*commands("The four commands")} <= ran()


def test_the_page_has_all_that_ci_runs():
    assert [command for command in ran() if command not in PAGE and command != "python grader.py"] == []


def test_what_is_installed_is_what_ci_installs():
    (install,) = commands("Set up")
    assert install.replace("pip install", "pip install --quiet") in CI


def test_the_book_is_made_by_the_command_that_its_configuration_names():
    configured = (ROOT / "docs" / "mkdocs.yml").read_text("utf-8")
    assert re.search(r"^# The book: (.*?)\. ", configured)[1] in commands("The book")


def test_the_changelog_begins_with_this_version():
    assert re.search(r"^## (\S+),", CHANGELOG, re.MULTILINE)[1] == minigrad.__version__


def test_the_citation_is_of_this_version():
    cited = dict(re.findall(r"(\w+) = \{+(.*?)\}+,", README))
    assert cited["version"] == minigrad.__version__
    released = re.search(r"^## \S+, (\d{4})-", CHANGELOG, re.MULTILINE)
    assert released is None or released[1] == cited["year"]
