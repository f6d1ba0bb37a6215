"""Whatever is wrong with a page is told, and nothing of a page that is right."""

import re

import pytest

from .inspection import broken

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page</title>
<style>
body {{ background: #fff; color: #000; }} a {{ color: #009; }}
@media screen and (prefers-color-scheme: dark) {{ body {{ background: #000; color: #fff; }} a {{ color: #aaf; }} }}
@media print {{ nav {{ display: none; }} }}
</style>
</head>
<body>
<nav><a href="#first">First</a></nav>
<main><h1>A page</h1><h2 id="first">First</h2><p>Words.</p>{}</main>
</body>
</html>
"""
LONG = "x" * 300
FAULTS = {  # colours differ, since one that was seen already is not told again
    "console": ("<script>console.error('oh')</script>", "opened: console: .*oh"),
    "exception": ("<script>null.oh</script>", "opened: console: .*Uncaught TypeError"),
    "missing script": ("<script src='none.js'></script>", "opened: console: .*none.js"),
    "outside": (
        "<img alt='' src='https://outside.invalid/x.png'>",
        "opened: request outside: https://outside.invalid/x",
    ),
    "wide": ("<div style='width: 600px'>wide</div>", "390 px wide, light: too wide: <div style=.width: 600px"),
    "very wide": ("<div style='width: 1500px'>wide</div>", "1280 px wide, light: too wide: <div"),
    "no h1": ("<script>document.querySelector('h1').remove()</script>", "headings: 0 h1"),
    "skipped": ("<h4>Fourth</h4>", "headings: <h4>Fourth\n    Make it h3"),
    "a word in place of an element": (
        "<p>The id of <bos>, N times.</p>",
        "390 px wide, light: unknown element: <bos>, N times.\n    HTML has no bos",
    ),
    "such a word with a hyphen": ("<p><end-of-text></p>", "unknown element: <end-of-text>"),
    "such a word in a drawing": (
        "<svg role='img' aria-label='x'><eos>x</eos></svg>",
        "unknown element: <eos>x",
    ),
    "such a word in a formula": ("<math><unk>x</unk></math>", "unknown element: <unk>x"),
    "label": ("<p><input></p>", "390 px wide, light: label: <input>"),
    "picture": ("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", "image-alt: <img"),
    "pale": ("<p style='color: #ccc; background: #fff'>pale</p>", "390 px wide, light: color-contrast: <p style"),
    "dim": (
        "<style>@media (prefers-color-scheme: dark) { b { color: #333; } }</style><p><b>dim</b></p>",
        "390 px wide, dark: color-contrast: <b>",
    ),
    "label at a desk": (
        "<style>@media (width < 1000px) { input { display: none; } }</style><p><input></p>",
        "1280 px wide, light: label: <input>",
    ),
    "skipped at a desk": (
        "<style>@media (width < 1000px) { h4 { display: none; } }</style><h4>Fourth</h4>",
        "1280 px wide, light: headings: <h4>",
    ),
    "pale at a desk": (
        "<style>@media (width > 1000px) { p { color: #cdcdcd; } }</style>",
        "1280 px wide, light: color-contrast: <p>",
    ),
    "a link like the text around it": (
        "<p>Words, <a href='#first' style='color: #222; text-decoration: none'>a link</a>, and more words.</p>",
        "390 px wide, light: link-in-text-block: <a",
    ),
    "such a link in the dark": (
        "<style>@media (prefers-color-scheme: dark) { p a { color: #eee; text-decoration: none; } }</style>"
        "<p>Words, <a href='#first'>a link</a>, and more words.</p>",
        "390 px wide, dark: link-in-text-block: <a",
    ),
    "pale when it is unfolded": (
        "<script>addEventListener('beforeprint', () => { document.querySelector('details').open = true; });</script>"
        "<details><summary>More</summary><p style='color: #cacaca; background: #fff'>pale</p></details>",
        "390 px wide, light: color-contrast: <p style",
    ),
    "dark on paper": (
        "<style>@media (prefers-color-scheme: dark) { body { background: #222; color: #eee; } }</style>",
        "on paper .*: dark: <body",
    ),
    "pale on paper": ("<style>@media print { p { color: #eee; } }</style>", "on paper .*: pale: <p>"),
    "menu on paper": ("<nav aria-label='Second' style='display: block !important'>x</nav>", "on paper .*: menu: <nav"),
    "folded on paper": ("<details><summary>More</summary>less</details>", "on paper .*: folded: <details>"),
    "cut off on paper": (
        f"<pre tabindex='0' style='overflow: auto'>{LONG}</pre>",
        "on paper .*: cut off: <pre tabindex=.0",
    ),
    "sticks out on paper": ("<style>@media print { p { width: 800px; } }</style>", "on paper .*: cut off: <p>"),
}


@pytest.fixture
def see(inspect, tmp_path):
    """Inspect a page with this in it."""

    def see(more="", name="page.html"):
        file = tmp_path / name
        file.write_text(PAGE.format(more), "utf-8")
        return inspect(file.as_uri(), tmp_path.as_uri() + "/")

    return see


@pytest.mark.exhaustive
def test_of_a_page_that_is_right_nothing_is_told(see):
    assert see().faults == []
    assert see(f"<div tabindex='0' style='overflow-x: auto'><p>{'x ' * 300}</p></div>").faults == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_with_the_page_the_view_the_element_and_what_to_do(see, name):
    more, told = FAULTS[name]
    faults = see(more).faults
    assert any(re.search(told, fault) for fault in faults), faults
    assert all(fault.startswith("page.html, ") and len(fault.split("\n    ")) == 2 for fault in faults)


@pytest.mark.exhaustive
@pytest.mark.parametrize("link", ["other.html", "other.html#first", "#first", "file.txt", "https://example.org/none"])
def test_a_link_that_leads_somewhere_is_right(see, tmp_path, link):
    (tmp_path / "file.txt").write_text("there", "utf-8")
    pages = {
        (tmp_path / name).as_uri(): see(f"<p><a href='{link}'>x</a></p>", name) for name in ("page.html", "other.html")
    }
    assert broken(pages, tmp_path.as_uri() + "/") == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("link", ["none.html", "#second", "page.html#second", ".", "../"])
def test_a_link_that_leads_nowhere_is_told(see, tmp_path, link):
    pages = {(tmp_path / "page.html").as_uri(): see(f"<p><a href='{link}'>x</a></p>")}
    (fault,) = broken(pages, tmp_path.as_uri() + "/")
    assert fault.startswith("page.html, opened: broken link: <a")
