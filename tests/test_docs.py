"""The code in docs/testing.md, docs/nn.md and docs/tour.md does what the pages say."""

import doctest
import re
from pathlib import Path

import numpy as np
import pytest

from minigrad import functional, grad
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


def test_derivatives_by_the_parameters_of_a_module_are_those_that_backward_gives():
    page = (DOCS / "nn.md").read_text("utf-8")
    section = page[page.index("## Derivatives by") : page.index("## What it is called")]
    names = run("```python\nimport numpy as np\nfrom minigrad import functional, nn\n```\n" + section)
    net, p, loss_of, x, y = (names[name] for name in ("net", "p", "loss_of", "x", "y"))
    own = dict(net.named_parameters())
    functional.cross_entropy(net(x), y).backward()
    gradient, h = grad(loss_of)(p, x, y), 1e-5
    there, back = (grad(loss_of)({k: p[k] + step * gradient[k] for k in p}, x, y) for step in (h, -h))
    for name, q in own.items():
        assert dict(net.named_parameters())[name] is q
        assert np.allclose(gradient[name], q.grad, rtol=1e-12, atol=1e-15)
        assert np.allclose(names["gradients"][name].mean(0), q.grad, rtol=1e-12, atol=1e-15)
        slope = (there[name] - back[name]) / (2 * h)
        assert np.allclose(names["product"][name], slope, rtol=1e-6, atol=1e-9)
