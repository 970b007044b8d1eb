"""Counts sentences that tire a reader: long ones, and headless ones ("who bids too often is refused").

It also finds words that do not say who acts.
"""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

MOST_WORDS = 20
HEADLESS = re.compile(r"(?:who|whoever|whose|what|whatever|where|wherever|nobody|somebody)\b", re.IGNORECASE)
NO_ONE_IN_PARTICULAR = re.compile(r"\b(?:whoever|nobody|somebody|anybody|naught|whatsoever)\b", re.IGNORECASE)
_SET_APART = re.compile(r"^```.*?^```$|^ {4}[^\n]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`]*`")
_EXPRESSION = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_NAMES = re.compile(r"code(?:(?:,| and| or) code)+")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_END = re.compile(r"(?<=[.!?])[)\"*]*\s+|\n\s*\n|\n\s*[-*|] |\n\s*\d+\. |(?<=\|) ")
_WORD = re.compile(r"[A-Za-z0-9][\w'’-]*")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text. Code is one word, and so is a list of names in code. Headings are no sentences.

    A cell of a table or a point of a list is a sentence by itself; in a table a semicolon ends one too.
    """
    plain = _NAMES.sub("code", _LINK.sub(r"\1", _CODE.sub("code", _SET_APART.sub("", text))))
    lines = (line.replace("; ", ". ") if line.startswith("|") else line for line in plain.splitlines())
    for sentence in _END.split("\n".join("" if line.startswith("#") else line for line in lines)):
        if sentence and len(_WORD.findall(sentence)) > 2:
            yield sentence.strip(" *>|-\n")


def is_long(sentence: str) -> bool:
    """Whether a sentence has more words than a tired reader takes in."""
    return len(_WORD.findall(sentence)) > MOST_WORDS


def is_headless(sentence: str) -> bool:
    """Whether a whole sentence names no one who acts. A question asks, so it may."""
    return HEADLESS.match(sentence) is not None and sentence.endswith(".")


def docstrings(path: Path) -> Iterator[str]:
    """Every docstring of a module, also those below constants and fields."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def counted(text: str) -> tuple[int, int]:
    """How many sentences of a text are long, and how many are headless."""
    found = list(sentences(text))
    return sum(map(is_long, found)), sum(map(is_headless, found))


def comments(path: Path) -> Iterator[str]:
    """Every comment of a module."""
    with path.open("rb") as file:
        yield from (each.string for each in tokenize.tokenize(file.readline) if each.type == tokenize.COMMENT)


def vague(path: Path) -> list[str]:
    """The words of a file's prose that do not say who acts.

    Of a catalogue it reads the English sentences, and of a template the rest: its sentences stand in a catalogue.
    """
    text = path.read_text("utf-8")
    if NO_ONE_IN_PARTICULAR.search(text) is None:
        return []
    if path.suffix == ".py":
        text = "\n".join((*docstrings(path), *comments(path)))
    elif path.suffix == ".po":
        text = "\n".join(line for line in text.splitlines() if line.startswith("msgid"))
    elif path.suffix == ".html":
        text = _EXPRESSION.sub("", text)
    elif path.suffix == ".md":
        text = _SET_APART.sub("", text)
    return NO_ONE_IN_PARTICULAR.findall(_CODE.sub("", text))
