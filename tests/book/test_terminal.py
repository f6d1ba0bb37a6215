"""The README's picture of a terminal says what the grader says."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import terminal

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def made_anew():
    return terminal.draw()


def words(svg):
    """The words of a picture, without the style sheet."""
    root = ET.fromstring(svg)
    texts = [each for each in root.iter() if each.tag.rpartition("}")[2] in ("title", "text")]
    return "\n".join("".join(text.itertext()) for text in texts).replace("\xa0", " ")


def test_the_stored_picture_says_what_the_grader_says(made_anew):
    stored = terminal.STORED.read_text("utf-8")
    assert words(stored) == words(made_anew), "make it anew: python docs/book/terminal.py"


def test_it_is_told_as_in_a_students_own_course(made_anew):
    said = words(made_anew)
    assert "Next: change exercises/ex09_rnn_cell.py, then run" in said
    assert "The bias is missing" in said


def test_the_readme_says_in_words_what_the_picture_says(made_anew):
    [(alternative, place)] = re.findall(r"!\[([^]]+)\]\((docs/terminal\.svg)\)", README)
    assert ROOT / place == terminal.STORED
    said = " ".join(words(made_anew).split())
    quoted = re.findall('"(.+?)"', alternative.replace("\n", " "))
    assert len(quoted) == 3
    for sentence in quoted:
        assert sentence in said
