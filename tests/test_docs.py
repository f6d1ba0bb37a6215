"""The code in docs/testing.md, docs/nn.md and docs/tour.md does what the pages say."""

import doctest
import re
from pathlib import Path

import numpy as np
import pytest

from minigrad.testing import GradientError
from minigrad.testing.plugin import table

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "testing.md").read_text("utf-8")


def run(page):
    """The code of a page as one program: its names."""
    names = {}
    for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(code, names)
    return names


def test_gradients_are_checked_as_the_page_shows(gradcheck):
    names = run(PAGE)
    names["test_layer"]()
    names["test_with_a_cache"]()
    names["test_with_the_fixture"](gradcheck)
    names["test_rnn_cell"]()
    with pytest.raises(GradientError) as caught:
        names["test_forgetful"]()
    shown = table(caught.value)
    names_of_lines = re.findall(r"(?m)^(\S.*?)(?:  |$)", shown)
    printed = PAGE[PAGE.index("    gradient with") : PAGE.index("## How exact")]
    assert names_of_lines == re.findall(r"(?m)^    (\S.*?)(?:  |$)", printed)
    assert "everything is 0.25 times what it should be" in shown


@pytest.mark.exhaustive
def test_networks_learn_go_on_from_a_file_and_write_as_the_page_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = run((DOCS / "nn.md").read_text("utf-8"))
    guess = np.log(len(names["letters"]))
    assert abs(names["losses"][0] - guess) < 0.5 < guess - names["losses"][-1]
    assert names["lstm_losses"][-1] < names["lstm_losses"][0] - 0.5
    written = capsys.readouterr().out
    assert written.startswith("this morning i took my cat for a ")
    assert set(written[:-1]) <= set(names["letters"].tokens)


def test_the_tour_shows_what_python_answers():
    page = (DOCS / "tour.md").read_text("utf-8")
    sessions = "\n".join(re.findall(r"```pycon\n(.*?)```", page, re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(sessions, {"__name__": "tour"}, "tour.md", "docs/tour.md", 0)
    found = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples)
    assert found.attempted > 20
    assert not found.failed
