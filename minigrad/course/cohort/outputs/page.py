"""A student's feedback as a page that needs nothing else: no script runs in it, and nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minigrad.course.cohort.outputs.feedback import Failure, Feedback

HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
@media print {{ :root {{ color-scheme: light; }} }}
body {{ color: CanvasText; background: Canvas; overflow-wrap: anywhere; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.4rem; }}
h2 {{ font-size: 1.1rem; margin-top: 2rem; }}
.total {{ font-size: 1.2rem; font-weight: bold; }}
table {{ border-collapse: collapse; width: 100%; }}
caption {{ text-align: left; font-weight: bold; padding: .3rem 0; }}
th, td {{ text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8888; vertical-align: top; }}
th {{ overflow-wrap: normal; }}
th:last-child, td:last-child {{ text-align: right; white-space: nowrap; padding-right: 0; }}
pre {{ white-space: pre-wrap; border-left: 3px solid #8888; padding-left: .8rem; }}
</style>
</head>
<body>
<main>
"""
FOOT = "</main>\n</body>\n</html>\n"


def render(feedback: Feedback) -> str:
    return "".join(_parts(feedback))


def _parts(feedback: Feedback) -> Iterator[str]:
    title = escape(f"{feedback.title}: {feedback.who}")
    yield HEAD.format(title=title)
    yield f'<h1>{title}</h1>\n<p class="total">{escape(feedback.total)}</p>\n'
    if feedback.notes:
        yield "<ul>\n" + "".join(f"<li>{escape(note)}</li>\n" for note in feedback.notes) + "</ul>\n"
    yield "<table>\n<caption>Exercises</caption>\n<thead><tr>"
    yield '<th scope="col">status</th><th scope="col">exercise</th><th scope="col">points</th></tr></thead>\n<tbody>\n'
    for line in feedback.lines:
        cells = f"{line.mark} {line.status}", line.exercise, line.points
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>\n"
    yield "</tbody>\n</table>\n"
    for failure in feedback.failures:
        yield from _failure(failure)
    yield FOOT


def _failure(failure: Failure) -> Iterator[str]:
    yield f"<h2>{escape(failure.title)}</h2>\n"
    if failure.diagnosis:
        yield f"<p><strong>{escape(failure.diagnosis)}</strong></p>\n"
    for text in filter(None, (failure.explained, failure.printed)):
        yield f"<pre>{escape(text)}</pre>\n"
