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


@pytest.mark.parametrize("tag", ["code", "pre", "a", "h1", "h2", "math", "summary", "svg"])
def test_no_word_is_a_link_where_it_is_not_prose(tag):
    assert words_linked(f"<{tag}>state <b>state</b></{tag}><p>a <i>state</i></p>") == ["state"]
    assert linked(f"<{tag}>state</{tag}>") == f"<{tag}>state</{tag}>"


def test_a_word_that_the_chapter_explains_is_linked_there():
    html = "<p>the state of the art. A <em>state</em> is kept.</p>"
    assert linked(html).startswith("<p>the state of the art. A <em><a ")
    assert linked(html, LSTM).startswith("<p>the <a ")


def test_explanations_are_safe_in_a_title():
    assert 'title="the page &amp; more"' in linked("<p>hidden state</p>")


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
