"""A body that is encoded once says to each reader what a message of their own would have said."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest

from apps.core.letters import Letter, Sheet, place

NAMES = ("Acme", "Zoë O'Brien & <Söhne>", "名前" * 40, "x" * 90, "ends with a space ", ".", "=20", "a=\tb", "")
LINK = f"https://lodestar.test/u/{'a' * 120}:{'b' * 43}/?a=1&b=2"
TEXT = (
    f"Hello {place('name')}!\n.\n..dots\n  trailing \t\n{place('link')}\n{'long ' * 60}ü = 5 €\n{place('name')}{place('name')}\n"
)
HTML = f"<p title='{place('name')}'>Größe {place('name')}, <a href=\"{place('link')}\">here</a>{'é' * 200}</p>\n"
PICTURE = bytes(range(256)) * 40


def sheet(**values) -> Sheet:
    headers = {"List-Id": "Größe <1.lodestar.test>", "Precedence": "bulk"}
    made = {"subject": "Zwei Größen", "sender": "Lodestar <us@example.test>", "headers": headers, "text": TEXT, "html": HTML}
    return Sheet(**made | values)


def read(letter: Letter) -> EmailMessage:
    raw = letter.as_bytes("<1@example.test>")
    lines = raw.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    body = lines[lines.index(b"") :]
    assert max(len(line) for line in body) <= 78
    return cast("EmailMessage", message_from_bytes(raw, policy=policy.default))


def said(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body
    return body.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("picture", [b"", PICTURE])
def test_it_says_what_the_sheet_says_in_each_readers_words(name, picture):
    message = read(Letter(sheet(picture=picture, picture_id="p@l"), "a@example.test", {"name": name, "link": LINK}, {}))
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;")
    assert said(message, "plain") == TEXT.replace(place("name"), name).replace(place("link"), LINK)
    assert said(message, "html") == HTML.replace(place("name"), escaped).replace(place("link"), LINK.replace("&", "&amp;"))
    pictures = [each.get_content() for each in message.walk() if each.get_content_type() == "image/png"]
    assert pictures == ([picture] if picture else [])
    assert message.defects == []


def test_its_headers_are_there_once_and_an_address_in_one_stays_an_address():
    letter = Letter(sheet(), "a@example.test", {"name": "", "link": ""}, {"List-Unsubscribe": f"<{LINK}>"})
    message = read(letter)
    assert {name: message.get_all(name) for name in ("To", "Subject", "From", "Message-ID", "List-Id", "Precedence")} == {
        "To": ["a@example.test"], "Subject": ["Zwei Größen"], "From": ["Lodestar <us@example.test>"],
        "Message-ID": ["<1@example.test>"], "List-Id": ["Größe <1.lodestar.test>"], "Precedence": ["bulk"],
    }  # fmt: skip
    assert len(message.get_all("Date", [])) == 1
    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in letter.as_bytes("<1@example.test>")  # RFC 8058 reads no encoded words


@pytest.mark.parametrize(
    "recipient", ["jane+x@example.test", '"a b"@example.test', "o'brien@example.test", "jo@xn--bcher-kva.test"]
)
def test_any_address_is_written_so_that_it_is_read_again(recipient):
    message = read(Letter(sheet(), recipient, {"name": "", "link": ""}, {}))
    assert [each.addr_spec for each in message["To"].addresses] == [recipient]


@pytest.mark.parametrize("broken", ["a@example.test\r\nBcc: b@example.test", "a@example.test\nX: y"])
def test_no_header_breaks_out_of_its_line(broken):
    with pytest.raises(ValueError):
        Letter(sheet(), broken, {"name": "", "link": ""}, {}).as_bytes("<1@example.test>")
    with pytest.raises(ValueError):
        Letter(sheet(), "a@example.test", {"name": "", "link": ""}, {"X-Own": broken}).as_bytes("<1@example.test>")
