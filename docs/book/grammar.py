"""The grammar of formulas in plain text, which `formulas` describes, and what is read by it as MathML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TypeVar

import mathml
from mathml import Piece

T = TypeVar("T")

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᵏⁿᵗˣᵀ⁽⁾", "0123456789+-abkntxT()", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
RELATIONS = "=<>≤≥≈≠→←"
TIMES = "·×*"

# Names of several letters. Others are words, but for d and a letter (dh), and a letter with something below it (W_xh).
NAMES = {"cs", "dhs", "dout", "fan_in", "fan_out", "hs", "ih", "loss", "norms", "steps"}
FUNCTIONS = {"cell", "cos", "exp", "ln", "log", "max", "min", "relu", "sigmoid", "sin", "softmax", "sqrt", "tanh"}
WORDS_OF_ONE_LETTER = {"a", "A", "I"}  # also names, but not where they stand beside another

_TOKEN = re.compile(
    rf"""
    (?P<sum>(?:the\ )?sum\ over\ (?P<over>[a-z])\ of\ )
  | (?P<number>(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?(?!\d|st\b|nd\b|rd\b|th\b))
  | (?P<name>(?:[A-Za-z]+|[α-ωΑ-Ω])(?:\u0302|'(?![A-Za-z]))?\d*(?:_(?:\{{[^{{}}]*\}}|[A-Za-z0-9]+))?)
  | (?P<superscript>[{"".join(SUPERSCRIPTS)}]+)
  | (?P<subscript>[{"".join(SUBSCRIPTS)}]+)
  | (?P<sign>[-+·×*/^=<>≤≥≈≠→←√∂∞()\[\],±])
    """,
    re.VERBOSE,
)
_WORDS = re.compile(r"[a-z]{2,}(?: [a-z]+)+(?= *[-+·×=] | *$)")  # in a line of its own: the carry of h


class NoFormulaError(Exception):
    """This text is none that the grammar knows."""


@dataclass
class Token:
    kind: str
    text: str
    start: int
    end: int
    over: str = ""


class Reader:
    """Reads a formula from the beginning of a text, as far as it goes.

    Attributes:
        token: the next one, None at the end and before what cannot be in a formula.
        end: how far the text is read.
        sure: whether something was read that prose has not: an operator, a subscript, an exponent.
        wordy: whether words were read.
    """

    def __init__(self, text: str, display: bool):
        self.text, self.display = text, display
        self.end, self.sure, self.wordy = 0, False, False
        self.token = self._next(0)

    def relations(self) -> str:
        """All of it: a relation, or several parted by commas."""
        found = self._relation()
        while self.display and self._is(","):
            more = self._or_back(lambda: self._taken() + self._relation())
            if not more:
                break
            found += more
        return f"<mrow>{found}</mrow>"

    def _relation(self) -> str:
        found = self._taken_if(RELATIONS) if self.display else ""  # a line may go on with one
        found += self._sum()
        while self._is(RELATIONS):
            more = self._or_back(lambda: self._taken() + self._sum())
            if not more:
                break
            found, self.sure = found + more, True
        return found

    def _sum(self) -> str:
        found = self._sign() + self._term().markup
        while self._is("+-±") and self._spaced_evenly():
            is_sure = self.display or not self._is_of_prose()
            more = self._or_back(lambda: self._taken() + self._term().markup)
            if not more:
                break
            found, self.sure = found + more, self.sure or is_sure
        return found

    def _sign(self) -> str:
        """The sign of a number, which has no space behind it."""
        is_one = self.token and self._is("-±") and not self.text[self.token.end : self.token.end + 1].isspace()
        return self._taken().replace("<mo>", mathml.PREFIX) if is_one else ""

    def _term(self) -> Piece:
        if self.token and self.token.kind == "sum" and self.display:
            over = self.token.over
            self._go_on()
            self.sure = True
            return Piece(f"<munder><mo>∑</mo>{mathml.identifier(over)}</munder>" + self._term().markup)
        found = self._factor()
        while self.token:
            more = self._or_back(self._times, found)
            if not more:
                break
            found = more
        return found

    def _times(self, so_far: Piece) -> Piece:
        """A term with one factor more."""
        if self._is("/"):
            self._go_on()
            below = self._factor()
            self._is_beside_nothing()
            self.sure = True
            return mathml.fraction(so_far, below, self.display)
        if self._is(TIMES) and self._spaced_evenly():
            sign = self._taken()
            self.sure = True
            return Piece(so_far.markup + sign + self._factor().markup)
        if self._stands_beside():
            more = self._factor()
            if more.is_list:  # dhs (T, N, H) is no product
                raise NoFormulaError
            self.sure = True
            return Piece(so_far.markup + mathml.BESIDE + more.markup)
        raise NoFormulaError

    def _is_beside_nothing(self) -> None:
        """After a / b comes c, side by side: nobody can tell what that divides."""
        if self._stands_beside():
            raise NoFormulaError

    def _stands_beside(self) -> bool:
        """True if the next token can begin a factor without a sign."""
        token = self.token
        if token is None or token.kind not in ("name", "sign") or (token.kind == "sign" and token.text not in "([√∂"):
            return False
        raised = self.text[token.end : token.end + 1] in {"^", *SUPERSCRIPTS}
        if not self.display and (token.kind == "sign" or not ("_" in token.text or raised)):
            return False  # in prose a bracket, or a letter, may be what it is there
        return token.text not in WORDS_OF_ONE_LETTER

    def _factor(self) -> Piece:
        """Powers with nothing between them."""
        found = self._power()
        while self.token and self.token.start == self.end:
            if self._is("/"):
                found = self._or_back(self._tight_fraction, found) or found
                break
            if self.token.kind not in ("name", "number") and not (self._is("(√∂") and self.display):
                break
            more = self._or_back(self._power)
            if not more:
                break
            found, self.sure = Piece(found.markup + more.markup), True
        return found

    def _tight_fraction(self, above: Piece) -> Piece:
        is_sure = self.display or not self._is_of_prose()
        self._go_on()
        if self.token is None or self.token.start != self.end:
            raise NoFormulaError
        below = self._power()
        self._is_beside_nothing()
        self.sure |= is_sure
        return mathml.fraction(above, below, self.display)

    def _power(self) -> Piece:
        found = self._name()
        while self.token and self.token.start == self.end:
            if self.token.kind == "superscript":
                if re.search("[ᵃᵇᵏⁿᵗˣᵀ][⁰¹²³⁴⁵⁶⁷⁸⁹]", self.token.text):  # e⁻ˣ²: nothing is raised above a raised x
                    raise NoFormulaError
                found = mathml.raised(found, _read_within("".join(SUPERSCRIPTS[sign] for sign in self.token.text)))
                self._go_on()
            elif self.token.kind == "subscript":
                found = mathml.lowered(found, _read_within("".join(SUBSCRIPTS[sign] for sign in self.token.text)))
                self._go_on()
            elif self._is("^"):
                self._go_on()
                found = mathml.raised(found, self._sign() + self._power().inside)
            else:
                break
            self.sure = True
        return found

    def _name(self) -> Piece:
        token = self.token
        if token is None:
            raise NoFormulaError
        if token.kind == "words":
            self._go_on()
            self.wordy = True
            return Piece(f"<mtext>{token.text}</mtext>")
        if token.kind == "number":
            self._go_on()
            return Piece(f"<mn>{token.text}</mn>")
        if token.kind == "name":
            return self._named(token)
        if token.text in "([":
            return self._bracketed()
        if token.text == "√":
            self._go_on()
            self.sure = True
            below = self._bracketed() if self._is("(") else self._power()  # √(x)² is the square of √x
            return Piece(f"<msqrt><mrow>{below.inside}</mrow></msqrt>")
        if token.text == "∂":
            self._go_on()
            self.sure = True
            return Piece(f"<mrow><mo>∂</mo>{self._name().markup}</mrow>")
        if token.text == "∞":
            self._go_on()
            return Piece("<mi>∞</mi>")
        raise NoFormulaError

    def _named(self, token: Token) -> Piece:
        base, _, below = token.text.partition("_")
        follows = self.text[token.end : token.end + 1]
        if not (_is_name(token.text) or (self.display and follows and follows in "([")):
            raise NoFormulaError
        self._go_on()
        if base in FUNCTIONS and not below:
            return Piece(f"<mi>{base}</mi>" + self._argument(follows))
        self.sure |= bool(below)
        found = Piece(mathml.identifier(token.text))
        if below and token.text not in NAMES:
            found = mathml.lowered(Piece(mathml.identifier(base)), _below(below.strip("{}")))
        while self.token and self.token.start == self.end and self._is("(["):
            found, self.sure = Piece(found.markup + self._bracketed().markup), True
        return found

    def _argument(self, follows: str) -> str:
        if follows == "(":
            self.sure = True
            return self._bracketed().markup
        return mathml.APPLIED + self._power().markup

    def _bracketed(self) -> Piece:
        close = ")" if self._is("(") else "]"
        opened = self._taken()
        inside = "" if self._is(close) else self._relation()
        is_list = not inside or self._is(",")
        while self._is(","):
            inside += self._taken() + ("" if self._is(close) else self._relation())
        if not self._is(close):
            raise NoFormulaError
        whole = f"<mrow>{opened}{inside}{self._taken()}</mrow>"
        return Piece(whole, "" if close == "]" or is_list else inside, is_list)

    def _is(self, signs: str) -> bool:
        return self.token is not None and self.token.kind == "sign" and self.token.text in signs

    def _spaced_evenly(self) -> bool:
        """True for an operator with a space on both sides, or on neither: many-to-one and *this* have none in them."""
        assert self.token
        before = self.text[self.token.start - 1 : self.token.start]
        after = self.text[self.token.end : self.token.end + 1]
        if before.isspace() and after.isspace():
            return True
        return self.token.text in "+-" and not before.isspace() and not after.isspace() and self._is_short()

    def _is_of_prose(self) -> bool:
        """True if a sign without spaces stands between two numbers as it does in prose: 24/7, page 3-4, not 1/4."""
        assert self.token
        before = re.search(r"\d+$", self.text[: self.token.start])
        after = re.match(r"\d+", self.text[self.token.end :])
        if before is None or after is None:
            return False
        return self.token.text != "/" or int(before[0]) >= int(after[0])

    def _is_short(self) -> bool:
        """True if a number or a letter stands on each side of an operator without spaces, as in t-1."""
        assert self.token
        around = re.search(r"(\w+)$", self.text[: self.token.start]), re.match(r"\w+", self.text[self.token.end :])
        return all(word and (word[0].isdigit() or len(word[0]) == 1) for word in around)

    def _taken(self) -> str:
        assert self.token
        sign = mathml.sign(self.token.text)
        self._go_on()
        return sign

    def _taken_if(self, signs: str) -> str:
        return self._taken() if self._is(signs) else ""

    def _or_back(self, read: Callable[..., T], *given: Piece) -> T | None:
        """The result of `read`; or None, and then the reader is where it was before."""
        before = self.token, self.end, self.sure, self.wordy
        try:
            return read(*given)
        except NoFormulaError:
            self.token, self.end, self.sure, self.wordy = before
            return None

    def _go_on(self) -> None:
        assert self.token
        self.end = self.token.end
        self.token = self._next(self.end)

    def _next(self, start: int) -> Token | None:
        space = len(self.text) - len(self.text[start:].lstrip())
        found = _TOKEN.match(self.text, space)
        words = _WORDS.match(self.text, space) if self.display else None
        if words and not (found and found["sum"]):
            return Token("words", words[0], space, words.end())
        if found is None or found.lastgroup is None:
            return None
        if found["name"] and "_" not in found[0] and self.text[start - 1 : space].isdigit():  # 3wh: a letter each
            return Token("name", found[0][0], space, space + 1)
        kind = "sum" if found["sum"] else found.lastgroup
        return Token(kind, found[0], space, found.end(), found["over"] or "")


def _read_within(text: str) -> str:
    """The markup of what stands in an exponent or below a name."""
    reader = Reader(text, display=True)
    try:
        markup = reader._sum()
        if reader.token is None and reader.end == len(text):
            return markup
    except NoFormulaError:
        pass
    return f"<mi>{escape(text)}</mi>"


def _is_name(text: str) -> bool:
    base, _, below = text.partition("_")
    if text in NAMES | FUNCTIONS:
        return True
    return len(base.rstrip("0123456789'\u0302").removeprefix("d") or base) == 1 or (bool(below) and base in NAMES)


def _below(text: str) -> str:
    """The markup of an index below a name: a word is upright, as prev is; letters are not."""
    if not text.isalpha():
        return _read_within(text)
    return mathml.identifier(text) if len(text) <= 2 else f"<mi>{text}</mi>"
