"""Pages can be read with the keyboard alone, and aloud."""

import aloud


def test_code_can_be_scrolled_with_the_keyboard():
    html = '<pre class="x"><code>y</code></pre>'
    assert aloud.content(html).startswith('<pre tabindex="0" data-short class="x"><code>')


def test_short_code_is_marked_and_long_code_is_not():
    short, long = ("<pre>" + lines * "x\n" + "</pre>" for lines in (aloud.SHORT, aloud.SHORT + 1))
    assert aloud.content(short + long + short).count("data-short") == 2
    assert "data-short" not in aloud.content(long)


def test_tables_are_in_a_box_that_can_be_scrolled_with_the_keyboard():
    html = aloud.content('<table><tr><td>1</td></tr></table><table class="lines"></table>')
    assert html == f'{aloud.BOX}<table class="plain"><tr><td>1</td></tr></table></div><table class="lines"></table>'
    assert 'tabindex="0"' in aloud.BOX


def test_no_column_has_an_empty_head():
    html = aloud.content('<tr><th></th><th style="text-align: left"></th><th>n</th></tr>')
    assert html == '<tr><td></td><td style="text-align: left"></td><th>n</th></tr>'
