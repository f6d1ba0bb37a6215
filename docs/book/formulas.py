"""Formulas as they stand in the exercises, in plain text, to MathML.

    >>> formula("∂c_t / ∂c_{t-1} = f_t").count("<mfrac>")
    1

What the grammar below does not know is no formula: it stays the text that it is.

    relation    sum = sum ..., and < > ≤ ≥ ≈ ≠ →; several, parted by commas
    sum         term + term - ...
    term        factors with · × * or side by side (x W_xh), and / for a fraction
    factor      with nothing between: 2h, 3w²h; 1/2 is one, too
    power       (w + h)³, Wᵀ, e^z_k, e^(z/τ), σ(b)^steps
    words       the carry of h; only in a line of its own, between operators
    name        h, dh, W_xh, c_{t-1}, dout₀, hs[0], tanh(a), ∂h[i], √2, (a), [a, b], sum over j of a term
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TypeVar

T = TypeVar("T")

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᵏⁿᵗˣᵀ⁽⁾", "0123456789+-abkntxT()", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
RELATIONS = "=<>≤≥≈≠→"
TIMES = {"·": "·", "×": "×", "*": "∗"}
MINUS = "−"

# Names of several letters. Others are words, but for d and a letter (dh), and a letter with something below it (W_xh).
NAMES = {"cs", "dhs", "dout", "fan_in", "fan_out", "hs", "ih", "loss", "norms", "steps"}
FUNCTIONS = {"cell", "cos", "exp", "ln", "log", "max", "min", "relu", "sigmoid", "sin", "softmax", "sqrt", "tanh"}
WORDS_OF_ONE_LETTER = {"a", "A", "I"}  # also names, but not where they stand beside another

_TOKEN = re.compile(
    rf"""
    (?P<sum>(?:the\ )?sum\ over\ (?P<over>[a-z])\ of\ )
  | (?P<words>[a-z]{{2,}}(?:\ [a-z]+)+)(?=\ *[-+·×=]\ |\ *$)
  | (?P<number>\d+(?:\.\d+)?(?:e[-+]?\d+)?(?!\d|st\b|nd\b|rd\b|th\b))
  | (?P<name>[A-Za-zα-ωΑ-Ω]+\d*(?:_(?:\{{[^{{}}]*\}}|[A-Za-z0-9]+))?)
  | (?P<superscript>[{"".join(SUPERSCRIPTS)}]+)
  | (?P<subscript>[{"".join(SUBSCRIPTS)}]+)
  | (?P<sign>[-+·×*/^=<>≤≥≈≠→√∂∞()\[\],±])
    """,
    re.VERBOSE,
)


class NoFormulaError(Exception):
    """This text is none that the grammar knows."""


@dataclass
class Token:
    kind: str
    text: str
    start: int
    end: int
    over: str = ""


@dataclass
class Piece:
    """Markup, and what it is without its brackets, if it is something in brackets."""

    markup: str
    bare: str = ""
    is_list: bool = False

    @property
    def inside(self) -> str:
        """What stands above or below a bar, or as an exponent, where no brackets are needed."""
        return self.bare or self.markup


def formula(text: str) -> str:
    """The MathML of a line that is a formula as a whole; nothing if it is none, or a name or a number alone."""
    return _whole(text, must_be_sure=True)


def operand(text: str) -> str:
    """The MathML of a formula, which can be a name or a number alone, such as stands beside a formula."""
    return _whole(text, must_be_sure=False)


def _whole(text: str, must_be_sure: bool) -> str:
    reader = _Reader(text, display=True)
    try:
        markup = reader.relations()
    except NoFormulaError:
        return ""
    read = reader.token is None and not text[reader.end :].strip()
    return _math(markup, text, display=True) if read and (reader.sure or not (must_be_sure or reader.wordy)) else ""


def inline(text: str) -> str:
    """A text with MathML in place of what is surely a formula in it, in spans: math alone is a block for Markdown."""
    done, place = "", 0
    for start in _beginnings(text):
        if start < place or re.match(r"[aAI] [^\W\d]", text[start:]):  # "a W_xh": a word
            continue
        reader = _Reader(text[start:], display=False)
        try:
            markup = reader.relations()
        except NoFormulaError:
            continue
        end = start + reader.end
        if reader.sure and re.match(r"$|[\s.,;:)?!]", text[end:]):
            done += f"{text[place:start]}<span>{_math(markup, text[start:end], display=False)}</span>"
            place = end
    return done + text[place:]


def _beginnings(text: str) -> list[int]:
    """Where a formula can begin in a text: where a word does, or something in brackets."""
    return [found.start() for found in re.finditer(r"(?<![^\s(])[^\s]", text)]


def _math(markup: str, text: str, display: bool) -> str:
    said = _plain(text.strip())
    style = ' displaystyle="true"' if display else ""
    return f'<math alttext="{said}"{style}>{markup}</math>'


def _plain(text: str) -> str:
    """As HTML in which Markdown finds nothing to do."""
    return re.sub(r"[\[\]*_`\\]", lambda sign: f"&#{ord(sign[0])};", escape(text))


class _Reader:
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
            more = self._or_back(lambda: self._taken("mo") + self._relation())
            if not more:
                break
            found += more
        return f"<mrow>{found}</mrow>"

    def _relation(self) -> str:
        found = self._taken_if(RELATIONS) if self.display else ""  # a line may go on with one
        found += self._sum()
        while self._is(RELATIONS):
            more = self._or_back(lambda: self._taken("mo") + self._sum())
            if not more:
                break
            found, self.sure = found + more, True
        return found

    def _sum(self) -> str:
        found = self._sign() + self._term().markup
        while self._is("+-±") and self._spaced_evenly():
            more = self._or_back(lambda: self._taken("mo") + self._term().markup)
            if not more:
                break
            found, self.sure = found + more, True
        return found

    def _sign(self) -> str:
        """The sign of a number, which has no space behind it."""
        is_one = self.token and self._is("-±") and not self.text[self.token.end : self.token.end + 1].isspace()
        return self._taken("mo") if is_one else ""

    def _term(self) -> Piece:
        if self.token and self.token.kind == "sum" and self.display:
            over = self.token.over
            self._go_on()
            self.sure = True
            return Piece(f"<munder><mo>∑</mo><mi>{over}</mi></munder>" + self._term().markup)
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
            return self._fraction(so_far, below)
        if self._is("".join(TIMES)) and self._spaced_evenly():
            sign = self._taken("mo")
            self.sure = True
            return Piece(so_far.markup + sign + self._factor().markup)
        if self._stands_beside():
            more = self._factor()
            if more.is_list:  # dhs (T, N, H) is no product
                raise NoFormulaError
            self.sure = True
            return Piece(so_far.markup + '<mspace width="0.25em"/>' + more.markup)
        raise NoFormulaError

    def _is_beside_nothing(self) -> None:
        """After a / b comes c, side by side: nobody can tell what that divides."""
        if self._stands_beside():
            raise NoFormulaError

    def _stands_beside(self) -> bool:
        """Whether what comes next can be a factor without a sign."""
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
        self._go_on()
        if self.token is None or self.token.start != self.end:
            raise NoFormulaError
        below = self._power()
        self.sure = True
        return self._fraction(above, below)

    def _fraction(self, above: Piece, below: Piece) -> Piece:
        if self.display:
            return Piece(f"<mfrac><mrow>{above.inside}</mrow><mrow>{below.inside}</mrow></mfrac>")
        return Piece(f"{above.markup}<mo>/</mo>{below.markup}")

    def _power(self) -> Piece:
        found = self._name()
        while self.token and self.token.start == self.end:
            if self.token.kind == "superscript":
                signs = "".join(SUPERSCRIPTS[sign] for sign in self.token.text)
                found = Piece(f"<msup>{_row(found.markup)}<mrow>{_read_within(signs)}</mrow></msup>")
                self._go_on()
            elif self.token.kind == "subscript":
                digits = "".join(SUBSCRIPTS[sign] for sign in self.token.text)
                found = Piece(f"<msub>{_row(found.markup)}<mn>{digits}</mn></msub>")
                self._go_on()
            elif self._is("^"):
                self._go_on()
                minus = self._taken_if("-")
                exponent = self._power()
                found = Piece(f"<msup>{_row(found.markup)}<mrow>{minus}{exponent.inside}</mrow></msup>")
            else:
                break
            self.sure = True
        return found

    def _name(self) -> Piece:
        token = self.token
        if token is None:
            raise NoFormulaError
        if token.kind == "words" and self.display:
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
            return Piece(f"<msqrt><mrow>{self._power().inside}</mrow></msqrt>")
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
        found = _identifier(token.text) if token.text in NAMES or not below else _with_subscript(base, below)
        while self.token and self.token.start == self.end and self._is("(["):
            found += self._bracketed().markup
            self.sure = True
        return Piece(found)

    def _argument(self, follows: str) -> str:
        if follows == "(":
            self.sure = True
            return self._bracketed().markup
        return '<mspace width="0.17em"/>' + self._power().markup

    def _bracketed(self) -> Piece:
        close = ")" if self._is("(") else "]"
        opened = self._taken("mo")
        inside = "" if self._is(close) else self._relation()
        is_list = not inside or self._is(",")
        while self._is(","):
            inside += self._taken("mo") + ("" if self._is(close) else self._relation())
        if not self._is(close):
            raise NoFormulaError
        whole = f"<mrow>{opened}{inside}{self._taken('mo')}</mrow>"
        return Piece(whole, "" if close == "]" or is_list else inside, is_list)

    def _is(self, signs: str) -> bool:
        return self.token is not None and self.token.kind == "sign" and self.token.text in signs

    def _spaced_evenly(self) -> bool:
        """Whether an operator has a space on both sides, or on neither: many-to-one and *this* have none in them."""
        assert self.token
        before, after = (
            self.text[self.token.start - 1 : self.token.start],
            self.text[self.token.end : self.token.end + 1],
        )
        if before.isspace() and after.isspace():
            return True
        return self.token.text in "+-" and not before.isspace() and not after.isspace() and self._is_short()

    def _is_short(self) -> bool:
        """Whether what is beside an operator without spaces is a number or a letter, as in t-1."""
        assert self.token
        around = re.search(r"(\w+)$", self.text[: self.token.start]), re.match(r"\w+", self.text[self.token.end :])
        return all(word and (word[0].isdigit() or len(word[0]) == 1) for word in around)

    def _taken(self, kind: str) -> str:
        assert self.token
        sign = {**TIMES, "-": MINUS, "<": "&lt;", ">": "&gt;", "[": "&#91;", "]": "&#93;"}.get(
            self.token.text, self.token.text
        )
        self._go_on()
        return f"<{kind}>{sign}</{kind}>"

    def _taken_if(self, signs: str) -> str:
        return self._taken("mo") if self._is(signs) else ""

    def _or_back(self, read: Callable[..., T], *given: Piece) -> T | None:
        """What is read, or nothing, and then nothing is read."""
        before = self.token, self.end, self.sure
        try:
            return read(*given)
        except NoFormulaError:
            self.token, self.end, self.sure = before
            return None

    def _go_on(self) -> None:
        assert self.token
        self.end = self.token.end
        self.token = self._next(self.end)

    def _next(self, start: int) -> Token | None:
        space = len(self.text) - len(self.text[start:].lstrip())
        found = _TOKEN.match(self.text, space)
        if found is None or found.lastgroup is None:
            return None
        if found["name"] and "_" not in found[0] and self.text[start - 1 : space].isdigit():  # 3wh: a letter each
            return Token("name", found[0][0], space, space + 1)
        kind = "sum" if found["sum"] else found.lastgroup
        return Token(kind, found[0], space, found.end(), found["over"] or "")


def _read_within(text: str) -> str:
    """The markup of what stands in an exponent or below a name."""
    reader = _Reader(text, display=True)
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
    return len(base.rstrip("0123456789").removeprefix("d") or base) == 1 or (bool(below) and base in NAMES)


def _identifier(text: str) -> str:
    return f"<mi>{text}</mi>" if len(text) == 1 else f'<mi class="name">{_plain(text)}</mi>'


def _with_subscript(base: str, below: str) -> str:
    """A word below a name is upright, as prev is; indices are not."""
    below = below.strip("{}")
    if below.isalpha():
        under = f'<mi class="name">{below}</mi>' if len(below) == 2 else f"<mi>{below}</mi>"
    else:
        under = _read_within(below)
    return f"<msub>{_identifier(base)}<mrow>{under}</mrow></msub>"


def _row(markup: str) -> str:
    return f"<mrow>{markup}</mrow>"
