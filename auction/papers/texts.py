"""Texts of strangers as files hold them: no formula, no link, no character that the form of file cannot hold."""

import re
import unicodedata

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""Characters with which a spreadsheet may begin a formula; a full-width sign too, on a Chinese machine."""
MISSING = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain(text: str) -> str:
    """One form of every letter, and nothing that UTF-8 cannot hold."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _SURROGATE.sub(MISSING, text))


def harmless(text: str) -> str:
    """The text with an apostrophe before it where it looks like a formula."""
    text = plain(text)
    return f"'{text}" if text.startswith(FORMULA) else text


def for_xml(text: str) -> str:
    """The text as XML holds it; what it cannot hold becomes a mark that something was there."""
    if text.isalnum():
        return plain(text)
    return _NOT_XML.sub(MISSING, plain(text).replace("\r\n", "\n").replace("\r", "\n"))
