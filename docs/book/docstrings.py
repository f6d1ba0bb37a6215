"""Docstrings as Markdown.

They are written to be read in a terminal. So sections (`Args:`, `Raises (when it is called):`) become lists, sessions
become blocks of code, what Markdown would take for its own signs is kept as it is, and a name in backticks leads to its
entry. A sentence is typeset if all formulas in it can be read; one that would be so in part stays text.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from html import unescape

import formulas

SECTION = re.compile(r"(?:Args|Attributes|Raises|Returns|Warns)\b[^\n]*:$")
ENTRY = re.compile(r"(\*{0,2}\w+(?:, \*{0,2}\w+)*): (.*)", re.DOTALL)
ROW = re.compile(r"(\w+) {2,}(\S.*)")

HALF = re.compile(r"[=←·√Σ∫^|*/+±‖²³⁺ᵀ⊙]|\0 ?[(\0]|[(]\0[)]|\b\w ?\(?\0|\0\)? (?:[b-zα-ω]|tanh|log)\b|\0, (?:tanh|σ)")
"""The rest of a formula that was not read as a whole; \\0 stands for each formula that was."""
LONG = 60  # signs; a longer formula is wider than a phone, and stays text, which can be wrapped
GOES_ON = re.compile(r"tanh\b|σ")
WORD = re.compile(r"[A-Z][a-z]")

Link = Callable[[str], str]
"""A name as the docstring has it, with its backticks, as a link or as it is."""


def markdown(docstring: str, link: Link = str) -> str:
    """A docstring in Markdown."""
    blocks: list[str] = []
    for paragraph in re.split(r"\n\n+(?! (?! *>>>))", docstring.strip()):
        first, _, rest = paragraph.partition("\n")
        if SECTION.match(first) and rest.startswith("    "):
            blocks += [f"**{first[:-1]}**", _entries(textwrap.dedent(rest), link)]
        elif first.lstrip().startswith(">>>"):
            blocks.append(f"```pycon\n{textwrap.dedent(paragraph)}\n```")
        elif all(ROW.fullmatch(line) for line in paragraph.split("\n")):
            rows = (ROW.fullmatch(line).groups() for line in paragraph.split("\n"))  # type: ignore[union-attr]
            blocks.append("\n".join(f"- {link(f'`{name}`')}: {_text(what, link)}" for name, what in rows))
        else:
            blocks.append("\n\n".join(_text(part, link) for part in paragraph.split("\n\n")))
    return "\n\n".join(blocks)


def summary(docstring: str, link: Link = str) -> str:
    """Its first sentence, in one line of Markdown."""
    paragraph = " ".join(docstring.strip().split("\n\n")[0].split())
    first = re.split(r"(?<=[.;])(?<!et al\.) ", paragraph)[0]
    return _text(first.rstrip(";.") + ".", link)


def _entries(text: str, link: Link) -> str:
    """The entries of a section as a list."""
    found = []
    for entry in re.split(r"\n(?!\s)", text.strip()):
        line = " ".join(entry.split())
        named = ENTRY.fullmatch(line)
        if named is None:
            found.append(f"- {_text(line, link)}")
        else:
            names = ", ".join(f"`{name}`" for name in named[1].split(", "))
            found.append(f"- {names}: {_text(named[2], link)}")
    return "\n".join(found)


def _text(paragraph: str, link: Link) -> str:
    """A paragraph in which nothing but its code is Markdown; one that stands further in is code."""
    if paragraph.startswith("    "):
        return paragraph
    return " ".join(_sentence(part, link) for part in re.split(r"(?<=[.;:]) ", paragraph))


def _sentence(text: str, link: Link) -> str:
    """A sentence, or a part of one, with its formulas."""
    clauses = re.split(r"(?<=,) ", text)
    for n in range(1, len(clauses) + 1):  # it may begin with a formula, as what a function computes is said
        begins, rest = " ".join(clauses[:n]), " ".join(clauses[n:])
        bare = begins.rstrip(",;:.")
        if (
            len(bare) < LONG
            and not GOES_ON.match(rest)
            and not WORD.match(bare)
            and (formula := formulas.formula(bare, may_have_words=False))
        ):
            return f"<span>{formula}</span>{begins[len(bare) :]} {_sentence(rest, link)}".rstrip()
    parts = re.split(r"(`[^`]+`)", text)
    typeset = [part if part.startswith("`") else formulas.inline(part) for part in parts]
    shown = "".join(typeset)
    is_long = any(len(unescape(read)) >= LONG for read in re.findall(r'<math alttext="([^"]*)"', shown))
    if not is_long and not HALF.search(formulas.DRAWN.sub("\0", shown)):
        parts = [part for each in typeset for part in re.split(f"({formulas.DRAWN.pattern})", each)]
    return "".join(_part(part, link) for part in parts)


def _part(text: str, link: Link) -> str:
    if text.startswith("`"):
        return link(text)
    if text.startswith("<span><math"):
        return text
    return re.sub(r"([*_\[\]|#])", r"\\\1", text.replace("<", "&lt;").replace(">", "&gt;"))
