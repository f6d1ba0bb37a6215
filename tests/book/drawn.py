"""The meaning of MathML, read from what is drawn and not from the text that it was made of."""

import math
import operator
import re
import xml.etree.ElementTree as ET

FUNCTIONS = {"tanh": math.tanh, "ln": math.log, "exp": math.exp}
RELATIONS = {"=", "<", ">", "≤", "≥", "≈", "≠"}
OPERATORS = {"+": operator.add, "−": operator.sub, "·": operator.mul, "×": operator.mul, "∗": operator.mul}


class Unreadable(Exception):
    """This element has no value."""


def tree(markup):
    return ET.fromstring(re.sub(r"&#(\d+);", lambda sign: chr(int(sign[1])), markup))


def value(markup, names):
    """The value of a formula without relations, as it is drawn."""
    rest = _flat([tree(markup)])
    found = _sum(rest, names)
    assert not rest, f"{markup}: {rest} is left"
    return found


def sides(markup):
    """The sides of a formula with relations, each as its elements in a row, and the signs between them."""
    parts, signs = [[]], []
    for element in _flat([tree(markup)]):
        if element.text in RELATIONS and not _depth(parts[-1]):
            signs.append(element.text)
            parts.append([])
        else:
            parts[-1].append(element)
    return parts, signs


def number(elements):
    """The value of such a side, or None if there are names in it."""
    rest = list(elements)
    try:
        found = _sum(rest, {})
    except (KeyError, IndexError, Unreadable):
        return None
    return None if rest else found


def _depth(elements):
    return sum((e.text in "([") - (e.text in ")]") for e in elements if e.tag == "mo")


def _flat(elements):
    """The elements in a row, with the rows in them dissolved, which draw nothing."""
    return [e for each in elements for e in (_flat(each) if each.tag in ("math", "mrow") else [each])]


def _sum(rest, names):
    sign = rest.pop(0).text if rest and rest[0].text == "−" else ""
    found = _product(rest, names) * (-1 if sign else 1)
    while rest and rest[0].text in ("+", "−"):
        found = OPERATORS[rest.pop(0).text](found, _product(rest, names))
    return found


def _product(rest, names):
    found = _operand(rest, names)
    while rest and rest[0].text not in ("+", "−", ")", "="):
        if rest[0].text in OPERATORS or rest[0].tag == "mspace":
            rest.pop(0)
        found *= _operand(rest, names)
    return found


def _operand(rest, names):
    first = rest.pop(0)
    match first.tag, first.text:
        case "mn", number:
            return float(number.replace(",", ""))
        case "mfrac", _:
            above, below = (_sum(_flat([part]), names) for part in first)
            return above / below
        case "msup", _:
            base, exponent = (_sum(_flat([part]), names) for part in first)
            return base**exponent
        case "msqrt", _:
            return math.sqrt(_sum(_flat(first), names))
        case "mo", "(":
            found = _sum(rest, names)
            assert rest.pop(0).text == ")"
            return found
        case "mi", name if name in FUNCTIONS:
            if rest[0].tag == "mspace":
                rest.pop(0)
            return FUNCTIONS[name](_operand(rest, names))
        case "mi", name:
            return names[name]
        case "msub", _:
            return names["_".join("".join(part.itertext()) for part in first)]
    raise Unreadable(f"{first.tag} {first.text}")
