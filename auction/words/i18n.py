"""Chinese and English from one gettext catalogue, for Python, templates and JavaScript alike.

The English sentence is the message's id. Chinese stands in `translations/zh/*.po`, one file a subject, read at the
start; nothing has to be compiled. Placeholders are `%(name)s`, everywhere.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LOCALES = ("zh", "en")
DEFAULT = "zh"
FOLDER = Path(__file__).parent / "translations"


def mark(message: str) -> str:
    """Mark a sentence for translation where it is defined; it is translated where it is shown."""
    return message


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """Every sentence of a locale by its English; English itself needs none."""
    sentences: dict[str, str] = {}
    for path in sorted((FOLDER / locale).glob("*.po")):
        with path.open("rb") as file:
            sentences.update(
                {str(each.id): str(each.string) for each in read_po(file, locale) if each.id and each.string}
            )
    return sentences


def translate(locale: str, message: str, **params: Any) -> str:
    """A sentence in a locale, its placeholders filled."""
    sentence = catalogue(locale).get(message, message)
    return sentence % params if params else sentence


def negotiate(accepted: str, chosen: str | None) -> str:
    """The locale that a person chose, or the first of the browser's languages that we speak."""
    if chosen in LOCALES:
        return str(chosen)
    for part in accepted.split(","):
        language = part.split(";")[0].strip().split("-")[0].lower()
        if language in LOCALES:
            return language
    return DEFAULT
