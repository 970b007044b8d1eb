"""Joins a page's script from its modules, in one language. Each module stands before those that need it, and comments
are left out.

Plain text is enough, because all our modules are written alike. Imports and exports stand at the beginning of a line
and name each thing. No text runs over a line. Each module becomes a function, so two modules may use the same name.
A module in another form raises ValueError when the server starts.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

_IMPORT = re.compile(r'^import \{ ([\w$, ]+) \} from "([^"\n]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?:.|\n)*?\*/[ \t]*)\n", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+|^\n", re.MULTILINE)
_LATER = re.compile(r'\bimport\("([^"\n]+)"\)')
_SENTENCE = re.compile(r'\bt\(\s*"((?:[^"\\\n]|\\.)*)"')


def joined(page: Path, root: Path, address: Callable[[str], str]) -> str:
    """The script of a page. A module that is imported by `import("…")` stays a file, loaded when it is needed.

    `address` tells where that file is by its name. Raises ValueError.
    """
    modules: dict[Path, str] = {}

    def take(path: Path, above: tuple[Path, ...]) -> str:
        """A module as text that can stand within a function, once all that it imports is taken."""
        if path in above:
            raise ValueError(f"{path.name} imports itself, by {above[-1].name}")
        text, taken = path.read_text("utf-8"), []
        for names, of in _IMPORT.findall(text):
            other = (path.parent / of).resolve()
            if other not in modules:
                modules[other] = _function_of(other.stem, take(other, (*above, path)), other.read_text("utf-8"))
            taken.append(f"const {{ {names} }} = ${other.stem};\n")
        later = _LATER.sub(lambda found: f'import("{where(path, found[1])}")', text)
        return "".join(taken) + _bare(path.name, later)

    def where(path: Path, other: str) -> str:
        return address((path.parent / other).resolve().relative_to(root).as_posix())

    last = take(page.resolve(), ())
    return "".join([*modules.values(), f"{{\n{last}}}\n"])


def worded(script: str, say: Callable[[str], str]) -> str:
    """A script with its sentences as `say` says them by their English: a page loads one file of one language."""
    return _SENTENCE.sub(lambda found: f"t({json.dumps(say(_english(found)), ensure_ascii=False)}", script)


def _english(found: re.Match[str]) -> str:
    return found[1].replace('\\"', '"')


def _function_of(stem: str, bare: str, text: str) -> str:
    """A module as a value that has what it exports."""
    return f"const ${stem} = (() => {{\n{bare}return {{ {', '.join(_EXPORT.findall(text))} }};\n}})();\n"


def _bare(name: str, text: str) -> str:
    text = _EXPORT.sub("", _IMPORT.sub("", _COMMENT.sub("", text)))
    left = _LEFT.search(text)
    if left:
        raise ValueError(f"{name} has a line that cannot be joined: {left[0]}")
    if any(line.count("`") % 2 for line in text.split("\n")):
        raise ValueError(f"{name} has a text that runs over a line")
    return _INDENT.sub("", text)
