"""Text that people typed: shown without danger, kept in one line where it must be."""

from __future__ import annotations

import re

import pytest

from apps.core.reading import MARKDOWN_LIMIT, markdown, plain

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/track.png)",
    "![x](javascript:alert(1))",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "<a href='x' onclick='alert(1)'>x</a>",
    "<div hx-get='/w/x/settings/' hx-trigger='load'></div>",
    "<svg onload=alert(1)>",
    "<iframe src=//evil.example></iframe>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed'>x</p>",
    "<form action=//evil.example><input name=q></form>",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '[x](https://ok.example/" onmouseover="alert(1))',
    "[x]: javascript:alert(1)\n\n[x]",
    "<math><mi//xlink:href='javascript:alert(1)'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#106;avascript:alert(1)",
]
LIVING = re.compile(
    r"<(script|img|iframe|style|svg|form|input|math|object|embed|div)\b|<[^>]*\s(on\w+|style|class|id|hx-[\w-]+|data-\w+|src)\s*="
    r"|href=\"(?!https?:|mailto:)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("text", ATTACKS)
def test_no_text_comes_alive(text: str):
    assert LIVING.search(markdown(text)) is None


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *soft*", "<strong>bold</strong> and <em>soft</em>"),
        ("- one\n- two", "<li>one</li>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td>"),
        ("~~gone~~", "<s>gone</s>"),
        ("[site](https://example.test/a?b=1)", '<a href="https://example.test/a?b=1" rel="noopener noreferrer">site</a>'),
        ("[mail](mailto:a@example.test)", 'href="mailto:a@example.test"'),
        ("5 < 6 & 7 > 2", "5 &lt; 6 &amp; 7 &gt; 2"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
        ("👩‍👩‍👧‍👦 חיפוש", "👩‍👩‍👧‍👦 חיפוש"),
        ("", ""),
    ],
)
def test_what_people_mean_is_shown(text: str, html: str):
    assert html in markdown(text)


def test_a_text_is_rendered_to_its_limit_and_no_further():
    assert "needle" not in markdown("a " * (MARKDOWN_LIMIT // 2) + "needle")


@pytest.mark.parametrize("text", ["[" * 20_000, "*" * 20_000, "> " * 5_000, "`" * 20_000, "[x](" * 5_000, "- " * 5_000])
def test_no_text_takes_for_ever(text: str):
    markdown(text)  # pytest's time-out is the judge


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\ntwo\r\nthree", "one two three"),
        ("  a \t b ", "a b"),
        ("Bcc:\r\n evil@example.test", "Bcc: evil@example.test"),
        ("\u202egnihtemos\u2066", "gnihtemos"),
        ("a\x00b\x07c", "abc"),
        ("e\u0301", "\u00e9"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_plain_is_one_line_without_tricks(text: str, line: str):
    assert plain(text) == line
