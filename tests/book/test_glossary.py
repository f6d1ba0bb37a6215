"""Words of the glossary are linked where they first stand in a chapter, and the glossary has a place for each."""

import re
from pathlib import Path

import pytest

pytest.importorskip("markdown", reason="The book is made by the extra docs: pip install -e '.[docs]'")
import glossary

from minigrad.course.catalogue.course import Course

COURSE = Course(Path(__file__).parents[2])
RNN, LSTM = COURSE.find("rnn_cell"), COURSE.find("lstm_cell")
KNOWN = {"state": ("what is kept", RNN), "hidden state": ("the page & more", LSTM), "entry": ("a thing", RNN)}


def linked(html, exercise=RNN):
    return glossary.linked(html, KNOWN, exercise, "../glossary.html")


def words_linked(html, exercise=RNN):
    return re.findall(r'<a class="word" [^>]*>([^<]*)</a>', linked(html, exercise))


def test_only_the_first_use_is_a_link():
    assert linked("<p>The state, a state.</p>") == (
        '<p>The <a class="word" href="../glossary.html#state" title="what is kept">state</a>, a state.</p>'
    )


def test_a_longer_word_comes_before_a_shorter_one_in_it():
    assert words_linked("<p>the hidden state of a state</p>") == ["hidden state", "state"]


def test_several_are_the_same_word_and_parts_of_others_are_not():
    assert words_linked("<p>upstate, stateful, state-like; States, state</p>") == ["States"]
    assert words_linked("<p>two entries, an entry</p>") == ["entries"]


@pytest.mark.parametrize("tag", ["code", "pre", "a", "h1", "h2", "math", "details", "svg"])
def test_no_word_is_a_link_where_it_is_not_prose(tag):
    assert words_linked(f"<{tag}>state <b>state</b></{tag}><p>a <i>state</i></p>") == ["state"]
    assert linked(f"<{tag}>state</{tag}>") == f"<{tag}>state</{tag}>"


def test_facts_are_no_prose():
    facts = '<p class="facts">Chapter 5 State · <a href="x">state</a></p>'
    assert linked(facts) == facts
    assert words_linked(f"{facts}<p>a state</p>") == ["state"]


@pytest.mark.parametrize("code", ["state=1", "old=state", "np.state", "state.size", "state(x)", "states(x)"])
def test_a_name_of_code_is_no_word_even_without_its_marks(code):
    assert words_linked(f"<p>{code}, then the state.</p>") == ["state"]
    assert linked(f"<p>{code}</p>") == f"<p>{code}</p>"


def test_a_word_of_several_is_found_across_the_end_of_a_line():
    assert words_linked("<p>the hidden\nstate</p>") == ["hidden\nstate"]
    html = linked("<p>a hidden state. The <em>hidden\n    state</em> is shown.</p>", LSTM)
    assert html.startswith("<p>a hidden state. The <em><a ")
    assert '<em><a class="word" href="../glossary.html#hidden-state"' in html


def test_a_word_that_the_chapter_explains_is_linked_there():
    html = "<p>the state of the art. A <em>state</em> is kept.</p>"
    assert linked(html).startswith("<p>the state of the art. A <em><a ")
    assert linked(html, LSTM).startswith("<p>the <a ")


def test_explanations_are_safe_in_a_title():
    assert 'title="the page &amp; more"' in linked("<p>hidden state</p>")


def test_ordinary_words_are_linked_where_they_are_explained_alone():
    words = glossary.words(COURSE)
    assert set(words) >= glossary.ORDINARY
    for exercise in COURSE.exercises:
        known = set(glossary.known_in(COURSE, exercise)) & glossary.ORDINARY
        assert known == {word for word in glossary.ORDINARY if words[word][1] == exercise}


def test_words_of_later_exercises_are_not_known_yet():
    known = glossary.known_in(COURSE, RNN)
    assert "cell" in known
    assert not set(LSTM.notes["words"]) & set(known)


def test_every_word_has_a_place_of_its_own():
    words = glossary.words(COURSE)
    assert len({glossary.anchor(word) for word in words}) == len(words)
    page = glossary.page(COURSE)
    for word, (says, exercise) in words.items():
        assert (
            f"- **{word}**{{ #{glossary.anchor(word)} }}: {says} ([{exercise.number}](exercises/{exercise.stem}.md))"
            in page
        )
