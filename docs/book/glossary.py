"""The glossary: each word that an exercise explains, and the links to it from the chapters."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

import blocks
import chapters

from minigrad.course.catalogue.course import Course, Exercise

NO_PROSE = {"a", "code", "details", "pre", "math", "h1", "h2", "h3", "svg", "th"}
ORDINARY = {"axis", "backward", "bias", "carry", "cosine", "forward", "layer", "length", "mask", "state", "unknown"}
ORDINARY |= {"Parameter"}
"""Words that mean other things, too: they are linked in the chapter that explains them alone."""

NEVER_CLOSED = {"br", "hr", "img", "input"}


def words(course: Course) -> dict[str, tuple[str, Exercise]]:
    """Each word with its meaning and the exercise that explains it, by the alphabet."""
    found = {word: (says, e) for e in course.exercises for word, says in e.notes.get("words", {}).items()}
    return dict(sorted(found.items(), key=lambda item: item[0].strip("`<").casefold()))


def anchor(word: str) -> str:
    """The name of the place of a word on the page.

    >>> anchor("backpropagation through time"), anchor("`<bos>`")
    ('backpropagation-through-time', 'bos')
    """
    return re.sub(r"\W+", "-", word).strip("-").lower()


def page(course: Course) -> str:
    """The glossary in Markdown."""
    lines = ["# Glossary", "", "The number behind a word is that of the exercise which explains it.", ""]
    for word, (says, e) in words(course).items():
        shown = blocks.without_tags(f"**{word}**{{ #{anchor(word)} }}: {says}")
        lines += [f"- {shown} ([{e.number}]({chapters.place(e)}))"]
    return "\n".join(lines) + "\n"


def known_in(course: Course, exercise: Exercise) -> dict[str, tuple[str, Exercise]]:
    """The words that are linked in an exercise: those explained by then, and ordinary ones where they are explained."""
    return {
        word: (says, e)
        for word, (says, e) in words(course).items()
        if e == exercise or (e.number < exercise.number and word not in ORDINARY)
    }


def linked(html: str, known: dict[str, tuple[str, Exercise]], exercise: Exercise, page: str) -> str:
    """A chapter in which each word links to the glossary where it first stands.

    A word that the chapter explains itself is linked where it does so, in italics: before, it may mean something else.
    In `axis=1`, `np.tanh` and `backward()` it is no word but a name of code.

    Args:
        html: the chapter, whose tags are all closed.
        known: the words that may be linked.
        exercise: what the chapter is of.
        page: where the glossary is, seen from the chapter.
    """
    spelled = {form: word for word in known if not word.startswith("`") for form in _forms(word)}
    forms = [re.escape(form).replace(r"\ ", r"\s+") for form in sorted(spelled, key=len, reverse=True)]
    any_word = re.compile(rf"(?<![\w=-])(?<!\w\.)({'|'.join(forms)})(?![\w=(-]|\.\w)", re.I)
    italic = {_in_a_line(text) for text in re.findall(r"<em>([^<]*)</em>", html)}
    explained = {spelled[text] for text in italic & set(spelled) if known[spelled[text]][1] == exercise}
    done: set[str] = set()

    def link(found: re.Match[str], inside: list[str]) -> str:
        word = spelled[_in_a_line(found[0])]
        if word in done or (word in explained and inside[-1:] != ["em"]):
            return found[0]
        done.add(word)
        return f'<a class="word" href="{page}#{anchor(word)}" title="{escape(known[word][0])}">{found[0]}</a>'

    return _in_prose(html, lambda text, inside: any_word.sub(lambda found: link(found, inside), text))


def _in_a_line(text: str) -> str:
    """A word of several words as the glossary has it, in small letters and with one space between them."""
    return " ".join(text.lower().split())


def _forms(word: str) -> list[str]:
    """A word as it may be spelled, in small letters: one, or several."""
    word = word.lower()
    return [word, f"{word[:-1]}ies" if re.search("[^aeiou]y$", word) else f"{word}s"]


def _in_prose(html: str, change: Callable[[str, list[str]], str]) -> str:
    """HTML with its prose changed: all text but code, formulas, headings, links, the facts, and what is folded."""
    inside: list[str] = []
    parts = re.split(r'(<p class="facts">.*?</p>|<[^>]*>)', html, flags=re.DOTALL)
    for n, part in enumerate(parts):
        if tag := re.fullmatch(r"<(/?)(\w+)[^>]*?(/?)>", part):
            if tag[1]:
                while inside and inside.pop() != tag[2]:
                    pass
            elif not tag[3] and tag[2] not in NEVER_CLOSED:
                inside.append(tag[2])
        elif n % 2 == 0 and not NO_PROSE & set(inside):
            parts[n] = change(part, inside)
    return "".join(parts)
