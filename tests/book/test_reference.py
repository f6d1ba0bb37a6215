"""The reference has an entry for every public name."""

import inspect
import re
from pathlib import Path

import pytest
import reference

from minigrad import Tensor

from ..test_public import EVERYTHING, MODULES, public

ROOT = Path(__file__).parents[2]
NAMES = {f"{module.__name__}.{thing.__name__}": thing for module in MODULES for thing in public(module)}


def entries():
    return [name for text in reference.pages().values() for name in re.findall(r"^::: (\S+)$", text, re.MULTILINE)]


def test_every_public_name_has_one_entry():
    found = entries()
    assert len(found) == len({*found})
    assert {*found} == {*NAMES, "minigrad.testing.plugin.gradcheck"}
    assert {*NAMES.values()} == EVERYTHING


def test_the_page_of_all_names_leads_to_each_of_them_and_says_what_it_is():
    index = reference.pages()["reference/index.md"]
    for name in entries():
        assert re.search(rf"^- \[`\w+`\]\([\w.]+\.md#{re.escape(name)}\): \S", index, re.MULTILINE), name


def test_the_page_of_all_names_leads_to_numpys_functions():
    index = reference.pages()["reference/index.md"]
    page = (ROOT / "docs" / "operations.md").read_text("utf-8").split("\n## Constants")[0]
    lists = [paragraph for paragraph in page.split("\n\n") if re.fullmatch(r"(?:`[\w.\[\]]+`[,\s]*)+", paragraph)]
    found = re.findall(r"\[`(np\.[\w.]+)`\]\(\.\./docs/operations\.md#[a-z-]+\)", index)
    assert {"np.tanh", "np.einsum", "np.linalg.svd"} < {*found} == {*re.findall(r"`(np\.[\w.]+)`", "".join(lists))}


def test_no_page_is_endless():
    assert all(text.count("\n::: ") <= reference.MANY for text in reference.pages().values())


def test_the_menu_has_every_page_once():
    def places(entries):
        for entry in entries:
            (value,) = entry.values()
            yield from [value] if isinstance(value, str) else places(value)

    assert sorted(places(reference.menu())) == sorted(reference.pages())


@pytest.mark.parametrize(
    ("reader", "name", "leads_to"),
    [
        ("minigrad.nn.layers.Dropout", "functional.dropout", "functional.layers.md#minigrad.functional.dropout"),
        ("minigrad.tensor.Tensor.retain_grad", "backward", "tensor.md#minigrad.Tensor.backward"),
        (
            "minigrad.functional.losses.nll_loss",
            "cross_entropy",
            "functional.losses.md#minigrad.functional.cross_entropy",
        ),
    ],
)
def test_a_name_in_a_docstring_leads_to_its_entry(reader, name, leads_to):
    assert reference.link(f"`{name}`", reader) == f"[`{name}`]({leads_to})"


def test_other_words_in_backticks_are_left_as_they_are_and_no_entry_leads_to_itself():
    assert reference.link("`lengths`", "minigrad.nn.recurrent.LSTM") == "`lengths`"
    assert reference.link("`Dropout`", "minigrad.nn.layers.Dropout") == "`Dropout`"


@pytest.mark.exhaustive
def test_every_public_name_can_be_linked_to_and_is_found_by_the_search(books):
    shown = {file.name: file.read_text("utf-8") for file in (books[0] / "reference").glob("*.html")}
    anchors = {name for text in shown.values() for name in re.findall(r'id="(minigrad[\w.]*)"', text)}
    methods = {f"minigrad.Tensor.{name}" for name, x in vars(Tensor).items() if name[0] != "_" and inspect.getdoc(x)}
    assert {*NAMES, *methods} <= anchors
    searched = (books[0] / "search" / "search_index.json").read_text("utf-8")
    assert all(f"#{name}" in searched for name in NAMES)


@pytest.mark.exhaustive
def test_entries_say_how_a_name_is_called_what_it_raises_and_show_one_use(books):
    text = (books[0] / "reference" / "nn.layers.html").read_text("utf-8")
    entry = text[text.index('id="minigrad.nn.Linear"') :]
    signature = re.sub(r"<[^>]+>|\s", "", entry[: entry.index("<strong>Args")])
    assert "Linear(in_features:int,out_features:int,bias:bool=True," in signature
    assert "<strong>Raises</strong>" in entry
    assert "ValueError" in entry
    assert "&gt;&gt;&gt; " in entry
