"""The problems of a file in a reader's words: where, what, and that a field was left empty for it."""

from dataclasses import dataclass

from ..words.i18n import mark as _
from ..words.i18n import translate
from ..words.sentences import sentence
from .columns import COLUMNS
from .csv_rows import FileProblem
from .drafts import Layout
from .facts import FACT_WORDS
from .tables import short
from .terms import WORDS_OF_TERMS

_EMPTIED = _("The field was left empty.")


@dataclass(frozen=True, slots=True)
class ToldProblem:
    """A problem as a person reads it; line 0 is the file itself, an empty column the whole line."""

    line: int
    column: str
    code: str
    message: str


def column_words(name: str, locale: str) -> str:
    """A column of ours as people call it: 起拍价, start."""
    if locale == "zh":
        return COLUMNS[name][1][1]
    of_language = {"_zh": " (Chinese)", "_en": " (English)"}.get(name[-3:], "")
    return f"{name[:-3]}{of_language}" if of_language else name.replace("_", " ")


def value_words(name: str, text: str, locale: str) -> str:
    """A stored text of a column as people say it: 有效 for in_force. Several patents have a line each."""
    words = {**FACT_WORDS, **WORDS_OF_TERMS}.get(name)
    if words is None:
        return text
    said = {word: others[0] if locale == "zh" else word.replace("_", " ") for word, others in words.items()}
    return "\n".join(said.get(line, line) for line in text.split("\n"))


def tell(problem: FileProblem, locale: str, layout: Layout | None) -> ToldProblem:
    """A problem in a language. A column that the file does not have is named in the reader's words."""
    message = " ".join(sentence(locale, problem.code, problem.params).split())
    if problem.emptied:
        between = "" if locale == "zh" else " "
        message = f"{message}{between}{translate(locale, _EMPTIED)}"
    headings = {short(column.heading) for column in layout.columns} if layout else set[str]()
    column = problem.column
    if column in COLUMNS and column not in headings:
        column = column_words(column, locale)
    return ToldProblem(problem.line, column, problem.code, message)
