"""Texts that can be kept, and what a reader sees of them."""

import re
import unicodedata

UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
"""NUL and lone surrogates: no text of ours holds them, and some databases and encoders break on them."""


def clean(text: str) -> tuple[str, bool]:
    """Text without invisible characters (controls, zero-width and bidi marks), NFC and trimmed, and whether it had any.

    A line break stays one; other kinds of space become a plain space.
    """
    if text.isprintable():  # as nearly every text is: nothing in it is a control, a mark or an odd space
        return unicodedata.normalize("NFC", text).strip(), False
    text = re.sub(r"\r\n?|[\v\f\x85\u2028\u2029]", "\n", text).replace("\t", " ")
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in text)
    seen = "".join(char for char in spaced if char == "\n" or unicodedata.category(char) not in ("Cc", "Cf"))
    return unicodedata.normalize("NFC", seen).strip(), seen != spaced
