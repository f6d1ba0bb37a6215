"""The blocks of a chapter, indented and aligned by spaces, as HTML: formulas, shapes, or as they are.

h_next = tanh(a)        the new state         formulas, with what is said of them beside them
x      (N, D)   the input of this step        shapes, a table whose words can be wrapped on a phone
after cat   sat, ran                          columns, a table whose words can be wrapped
        [1 0]                                 anything else stays as it is, and scrolls inside itself
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from html import escape

import formulas
import markdown
from grammar import RELATIONS

QUOTED = re.compile(r"`+[^`]+`+")
KEPT = re.compile(f"{QUOTED.pattern}|{formulas.DRAWN.pattern}")
TAG = re.compile(r"<(?=[a-zA-Z/!?])")  # what HTML takes for the beginning of an element

FILLER = 2  # spaces that part two columns


def html(block: str, is_of_shapes: bool = False) -> str:
    """A block as HTML."""
    lines = block.splitlines()
    return (is_of_shapes and _shapes(lines)) or _formulas(lines) or _rows(lines) or as_it_is(lines)


def as_it_is(lines: list[str]) -> str:
    """A block whose spaces and lines count."""
    text = escape("\n".join(line.rstrip() for line in lines))
    return f'<pre class="aligned"><code>{text}</code></pre>'


def columns(lines: list[str]) -> list[list[str]]:
    """The cells of each line, parted where all lines have spaces.

    >>> columns(["x       (N, D)   the input", "h_next  (N, H)"])
    [['x', '(N, D)', 'the input'], ['h_next', '(N, H)', '']]
    """
    width = max(map(len, lines))
    padded = [line.ljust(width + FILLER) for line in lines]
    free = "".join(" " if all(line[n] == " " for line in padded) else "x" for n in range(width + FILLER))
    spans = [(found.start(), found.end()) for found in re.finditer(r"x+(?: x+)*", free)]
    return [[line[start:end].strip() for start, end in spans] for line in padded]


def _shapes(lines: list[str]) -> str:
    """A table of names, their shapes and what they are; nothing if it is none."""
    rows: list[list[str]] = []
    for line in lines:
        if rows and line.startswith(" "):  # it goes on with the line above
            rows[-1][-1] += " " + line.strip()
        else:
            name, *others = re.split(r" {2,}", line.strip(), maxsplit=2)
            beside = re.fullmatch(r"(.*\S) (\([^()]*\))", name)  # h0, c0 (N, H)
            rows.append([*(beside.groups() if beside else [name]), *others])
    is_none = [len(row) > 3 or any("  " in cell for cell in row) for row in rows]
    if sum(is_none) > 1:
        return ""
    body = "".join(
        _line_of_all(line) if none else _shape_row(row)
        for line, row, none in zip(_begun(lines), rows, is_none, strict=True)
    )
    return f'<div class="shapes" tabindex="0"><table class="lines"><tbody>{body}</tbody></table></div>'


def _begun(lines: list[str]) -> list[str]:
    return [line for n, line in enumerate(lines) if n == 0 or not line.startswith(" ")]


def _shape_row(cells: list[str]) -> str:
    name, *others = cells
    head = f'<th scope="row">{_code(name)}</th>'
    if len(others) == 1 and not _is_shape(others[0]):
        return f'<tr>{head}<td colspan="2">{words(others[0])}</td></tr>'
    others += [""] * (2 - len(others))
    return f"<tr>{head}{''.join(f'<td>{_code(cell) if _is_shape(cell) else words(cell)}</td>' for cell in others)}</tr>"


def _line_of_all(line: str) -> str:
    """A row that has several names: W_xh (D, H)    b (H,)    the two."""
    cells = re.split(r" {2,}", line.strip())
    shown = " ".join(_code(cell) if cell.endswith(")") else words(cell) for cell in cells)
    return f'<tr><td colspan="3">{shown}</td></tr>'


def _is_shape(cell: str) -> bool:
    return bool(re.fullmatch(r"\([^a-z]*\)|\([\w., ()/·]*\)|[A-Z0-9 ·]{1,8}", cell))


def _code(text: str) -> str:
    """As code, in which spaces do not break."""
    return f"<code>{escape(text.strip('`'))}</code>" if text else ""


def words(text: str) -> str:
    """A line of prose as HTML, with its formulas."""
    rendered: str = markdown.markdown(with_formulas(text))
    return rendered.removeprefix("<p>").removesuffix("</p>")


def with_formulas(text: str) -> str:
    """Prose in Markdown with its formulas as MathML; code stays code, and np.argsort is code without backticks, too."""
    return _outside(QUOTED, text, lambda prose: _outside(formulas.DRAWN, formulas.inline(prose), _with_code))


def of_plain(text: str) -> str:
    """Such prose of a text in which only backticks are signs: in `beta1**t` and __init__ all signs are shown."""
    return _outside(KEPT, with_formulas(text), lambda prose: re.sub(r"([*_\[\]])", r"\\\1", prose))


def without_tags(text: str) -> str:
    """A text in which <eos> is a word, and no element of HTML; code stays code."""
    return _outside(QUOTED, text, lambda prose: TAG.sub("&lt;", prose))


def _with_code(prose: str) -> str:
    return without_tags(formulas.CODE.sub(r"`\g<0>`", prose))


def _outside(pattern: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    """A text that is changed where the pattern does not match."""
    done, place = "", 0
    for found in pattern.finditer(text):
        done += change(text[place : found.start()]) + found[0]
        place = found.end()
    return done + change(text[place:])


def _formulas(lines: list[str]) -> str:
    """Formulas below each other, with what stands beside them; nothing if it is mostly something else."""
    rows = [_joined(cells) for cells in columns([re.sub(r"\bof  +", "of ", line) for line in lines])]
    known = [[formulas.formula(cell) for cell in row] for row in rows]
    spaced = [re.search(r"\S {3,}\S", cell) and not formulas.formula(cell) for row in rows for cell in row]
    if any(spaced) or not 0 < len(rows) <= 3 * sum(map(any, known)):
        return ""
    if len(rows) == 1 and all(known[0]):  # in a line each they are not read as one
        rows = [[cell] for cell in rows[0]]
    width = max(map(len, rows))
    body, parted = "", ""
    for row in rows:
        drawn = [formulas.formula(cell) or formulas.operand(cell) for cell in row]
        if any(map(all, itertools.pairwise(drawn))):
            parted = " parted"  # by lines, or formulas beside each other are read as one
        cells = [f"<td>{markup or words(cell)}</td>" for markup, cell in zip(drawn, row, strict=True)]
        body += f"<tr>{''.join(cells)}{'<td></td>' * (width - len(cells))}</tr>"
    return f'<div class="formulas" tabindex="0"><table class="lines{parted}"><tbody>{body}</tbody></table></div>'


def _rows(lines: list[str]) -> str:
    """A table of what stands in columns; nothing where lines are indented, or stand below a part of another one.

    What is parted from the rest of its cell by many spaces can be wrapped on its own. A line without columns is a row.
    """
    parted = [line for line in lines if re.search(r"\S {2,}\S", line)]
    rows = dict(zip(parted, columns(parted), strict=True)) if parted else {}
    stand_below = any(any(row[row.index("") :]) for row in rows.values() if "" in row)
    is_grid = any(re.search(r"\S {2}\S", cell) for row in rows.values() for cell in row)
    if not rows or len(rows[parted[0]]) < 2 or stand_below or is_grid or any(line.startswith(" ") for line in lines):
        return ""
    body = ""
    for line in lines:
        cells = "".join(f"<td>{_parts(cell)}</td>" for cell in rows.get(line, []))
        body += f"<tr>{cells or f'<td colspan={len(rows[parted[0]])}>{_parts(line)}</td>'}</tr>"
    return f'<div class="rows" tabindex="0"><table class="lines"><tbody>{body}</tbody></table></div>'


def _parts(cell: str) -> str:
    """The content of a cell. Where three spaces or more part it, each part is in a box of its own."""
    parts = re.split(r" {3,}(?![ =≈])", cell)
    return " ".join(f"<span>{words(re.sub(' +', ' ', part))}</span>" for part in parts if part)


def _joined(cells: list[str]) -> list[str]:
    """The cells, in which a formula that goes on in the next one is in one."""
    found: list[str] = []
    for cell in cells:
        goes_on = found and cell and (cell[0] in RELATIONS or found[-1][-1:] in set(RELATIONS))
        if goes_on and formulas.operand(found[-1].rstrip(RELATIONS)):
            found[-1] += " " + cell
        else:
            found.append(cell)
    return found
