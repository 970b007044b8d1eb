"""The code itself: layers, sizes, purity of the rules, imports where they belong, no dead module, no leftovers."""

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from auction.people.roles import Role
from models.rows import RegistrationStatus, SaleStatus

from . import plain

ROOT = Path(__file__).resolve().parent.parent

TABLE = re.compile(r"^\| `(\w+)` \| .* \| ([^|]*) \|$", re.MULTILINE)


def packages() -> dict[str, list[str]]:
    """The packages from the top down, each with those that it may import, as docs/architecture.md says."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    return {name: re.findall(r"`(\w+)`", may) for name, may in TABLE.findall(text)}


PACKAGES = packages()

LAZY = {"auction.base.runtime", "auction.server.listening"}
"""Modules that load a runtime only where it is the one that runs."""

PURE = {"collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools", "heapq", "itertools"}
PURE |= {"json", "math", "re", "typing", "types", "unicodedata", "bisect", "calendar", "hashlib", "operator", "string"}
IMPURE_CALLS = {"open", "print", "input", "now", "today", "utcnow", "time", "sleep", "random", "urandom", "getenv"}


def tracked(*suffixes: str) -> list[Path]:
    """The project's own files, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / line for line in listed.stdout.splitlines() if line.endswith(suffixes)]
    return [path for path in paths if path.exists() and "vendor" not in path.parts and "versions" not in path.parts]


PRODUCT = [path for path in tracked(".py") if path.relative_to(ROOT).parts[0] in ("app.py", "auction", "models")]
TESTS = [path for path in tracked(".py") if path.relative_to(ROOT).parts[0] == "tests"]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def imports(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Every module that a file imports, by its full name."""
    package = name_of(path).split(".") if path.name == "__init__.py" else name_of(path).split(".")[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((each.name, node) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module.split(".") if node.module else [])])
            yield from ((f"{module}.{each.name}", node) for each in node.names)


def package_of(module: str) -> str | None:
    """The package that a module of ours belongs to; None for app.py, for what is not ours, and for `auction` itself."""
    first, _, rest = module.partition(".")
    if first == "models":
        return first
    return rest.partition(".")[0] or None if first == "auction" else None


def imported_packages(path: Path) -> set[str]:
    """The other packages of ours that a file imports."""
    found = {package_of(name) for name, _ in imports(path)}
    return {name for name in found if name is not None} - {package_of(name_of(path))}


def test_every_package_has_its_row():
    there = {package_of(name_of(path)) for path in PRODUCT} - {None, "models"}
    assert there == set(PACKAGES)


def test_the_table_goes_down():
    order = [*PACKAGES, "models"]
    upward = [
        (name, other) for name, may in PACKAGES.items() for other in may if order.index(other) <= order.index(name)
    ]
    assert upward == []


@pytest.mark.parametrize("path", PRODUCT, ids=name_of)
def test_a_package_imports_only_what_its_row_names(path):
    here = package_of(name_of(path))
    allowed = set(PACKAGES) if here is None else set(PACKAGES.get(here, ()))
    assert imported_packages(path) - allowed == set()


def test_no_row_names_more_than_is_imported():
    used: dict[str, set[str]] = {name: set() for name in PACKAGES}
    for path in PRODUCT:
        here = package_of(name_of(path))
        if here in used:
            used[here] |= imported_packages(path)
    assert {name: sorted(set(may) - used[name]) for name, may in PACKAGES.items() if set(may) - used[name]} == {}


@pytest.mark.parametrize("path", [path for path in PRODUCT if name_of(path) not in LAZY], ids=name_of)
def test_no_import_hides_in_a_function(path):
    hidden = [
        node.lineno
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_there_is_no_import_cycle():
    names = {name_of(path): path for path in PRODUCT}
    edges = {
        name: {module for found, _ in imports(path) for module in (found, found.rpartition(".")[0]) if module in names}
        - {name, name.rpartition(".")[0]}
        for name, path in names.items()
    }
    packages = {name for name, path in names.items() if path.name == "__init__.py"}
    waiting = {name: {each for each in needs if each not in packages or each == name} for name, needs in edges.items()}
    while free := {name for name, needs in waiting.items() if not needs & set(waiting) - {name}}:
        waiting = {name: needs for name, needs in waiting.items() if name not in free}
    assert sorted(waiting) == []


def test_no_module_is_dead():
    named = {found for path in PRODUCT for found, _ in imports(path)}
    named |= {found.rpartition(".")[0] for found in named}
    dead = [name_of(path) for path in PRODUCT if path.name not in ("__init__.py", "app.py", "env.py")]
    assert [name for name in dead if name not in named] == []


@pytest.mark.parametrize("path", [path for path in PRODUCT if name_of(path).startswith("auction.rules")], ids=name_of)
def test_the_rules_are_pure(path):
    foreign = [name for name, _ in imports(path) if name.split(".")[0] not in PURE | {"auction"}]
    outside = [
        name for name, _ in imports(path) if name.startswith("auction.") and not name.startswith("auction.rules")
    ]
    calls = [
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    ]
    assert (foreign, outside, sorted(IMPURE_CALLS & set(calls))) == ([], [], [])


MAY_SHARE = {"log", "T", "Row"}
"""A module's logger, a type variable, and a row of the database as it came."""


def public_names(path: Path) -> Iterator[str]:
    """The public classes and constants that a module defines."""
    for node in tree(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names = [node.name] if isinstance(node, ast.ClassDef) else [getattr(each, "id", "_") for each in targets]
        yield from (name for name in names if not name.startswith("_"))


def test_one_name_means_one_thing():
    """No two packages define a class or constant of the same name. `audit.check` shares nothing with the rules on
    purpose, so it has its own words for the same things."""
    homes: dict[str, set[str]] = {}
    for path in PRODUCT:
        if not name_of(path).startswith("auction.audit.check"):
            for name in public_names(path):
                homes.setdefault(name, set()).add(package_of(name_of(path)) or "app")
    shared = {name: sorted(where) for name, where in homes.items() if len(where) > 1 and name not in MAY_SHARE}
    assert shared == {}


STARTS_THREADS = {"auction.base.loop", "auction.base.runtime", "auction.papers.maker", "auction.server.listening"}
"""The loop itself; `runtime.spawn`; the server of the runtime; the maker of papers, from before the loop."""


def test_threads_go_round_in_the_one_loop():
    starters = {
        name_of(path)
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("Thread", "start_new_thread"))
    }
    assert starters <= STARTS_THREADS


def test_functions_are_short():
    lengths = [(length(node), f"{name_of(path)}.{node.name}") for path in PRODUCT for node in functions(path)]
    sizes = sorted(size for size, _ in lengths)
    assert [each for each in lengths if each[0] > 60] == []
    assert statistics.median(sizes) <= 8
    assert sizes[int(len(sizes) * 0.9)] <= 25


def test_files_are_short():
    sizes = {name_of(path): len(path.read_text().splitlines()) for path in PRODUCT}
    assert {name: size for name, size in sizes.items() if size > 400} == {}
    assert statistics.median(sizes.values()) <= 120
    long_tests = {name_of(path): len(path.read_text().splitlines()) for path in TESTS}
    assert {name: size for name, size in long_tests.items() if size > 600} == {}


def test_scripts_and_templates_are_short():
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in tracked(".js", ".html", ".css")
    }
    assert {name: size for name, size in sizes.items() if size > 400} == {}


def test_functions_take_few_parameters():
    many = []
    for path in PRODUCT:
        for node in functions(path):
            positional = [
                each.arg for each in (*node.args.posonlyargs, *node.args.args) if each.arg not in ("self", "cls")
            ]
            if len(positional) > 5 and not any(
                "click" in ast.unparse(each) or "cli." in ast.unparse(each) for each in node.decorator_list
            ):
                many.append(f"{name_of(path)}.{node.name}")
    assert many == []


def test_nothing_is_left_over():
    word = re.compile(r"(?:#|//|/\*|\{#).*\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    left = [
        f"{path.relative_to(ROOT)}" for path in tracked(".py", ".js", ".html", ".css") if word.search(path.read_text())
    ]
    assert left == []


def test_public_things_have_a_docstring():
    bare = [
        f"{name_of(path)}.{node.name}"
        for path in PRODUCT
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert bare == []


EDGES = {
    "auction.api": "what programs send and get as JSON, and the OpenAPI file",
    "auction.audit.check": "what clients and strangers wrote, held against the journal; it shares nothing with us",
    "auction.audit.scenario": "a scenario file, before it is checked",
    "auction.audit.replay": "the outcome of a scenario, written as JSON",
    "auction.demo.client": "what the server sent to a robot",
    "auction.rules.visibility": "the documents that the server sends",
    "auction.engine.feed": "the same, on their way",
    "auction.sockets": "messages and answers, and the environment of WSGI",
    "auction.cluster.broker": "what another process sent",
    "auction.papers": "the facts of a paper, which are kept as JSON with it",
    "auction.record.journal": "the body of an event, as it is hashed",
}
"""Modules and packages whose dictionaries come from outside or go there, each with what they are."""
UNTYPED = [
    "auction.base.runtime.state",
    "auction.web.errors.answer_shape",
    "auction.web.errors.broken",
    "auction.web.errors.respond",
    "auction.web.errors.shape",
    "auction.web.errors.wsgi_answer",
    "auction.web.forms.values",
]
"""What is left elsewhere: the error that pages and messages answer with, what a form's schema made, a library's own."""


def is_edge(path: Path) -> bool:
    return any(f"{name_of(path)}.".startswith(f"{edge}.") for edge in EDGES)


def untyped(path: Path) -> list[str]:
    """The public functions and fields of a file whose annotations have a `dict[str, Any]`, also under another name."""
    aliases = {"dict[str, Any]"}
    for node in tree(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == "dict[str, Any]":
            aliases |= {ast.unparse(each) for each in node.targets}
    word = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, aliases))})(?!\w)")
    bodies = [tree(path).body, *(node.body for node in tree(path).body if isinstance(node, ast.ClassDef))]
    found = []
    for node in (each for body in bodies for each in body):
        said: list[ast.expr | None] = []
        if isinstance(node, ast.FunctionDef):
            name = node.name
            said = [node.returns, *(each.annotation for each in (*node.args.args, *node.args.kwonlyargs))]
        elif isinstance(node, ast.AnnAssign):
            name, said = ast.unparse(node.target), [node.annotation]
        if any(each is not None and word.search(ast.unparse(each)) for each in said) and not name.startswith("_"):
            found.append(f"{name_of(path)}.{name}")
    return found


def test_09_2_no_untyped_dictionary_crosses_a_package():
    """Rows are values with types (`models/rows.py`). What WSGI, Flask and forms hand about is theirs."""
    assert sorted({name for path in PRODUCT if not is_edge(path) for name in untyped(path)}) == UNTYPED


def test_09_2_no_status_or_role_is_a_bare_text():
    """A word of a list is compared as its `StrEnum`, so that a mistyped one is found by mypy."""
    words = {str(word) for kind in (SaleStatus, RegistrationStatus, Role) for word in kind}
    bare = [
        f"{name_of(path)}:{node.lineno}"
        for path in PRODUCT
        if not is_edge(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Compare)
        for each in (node.left, *node.comparators)
        if isinstance(each, ast.Constant) and each.value in words
    ]
    assert bare == []


HARD_TO_READ = {"docs": (1, 0), "docstrings": (0, 0)}
"""The most long and the most headless sentences (tests/plain.py). Lower a number when you mend some."""


def test_no_more_sentences_are_hard_to_read():
    pages = [path.read_text() for path in tracked(".md") if path.name != "CHANGELOG.md"]
    found = {"docs": pages, "docstrings": [text for path in PRODUCT for text in plain.docstrings(path)]}
    for where, texts in found.items():
        long, headless = map(sum, zip(*(plain.counted(text) for text in texts), strict=True))
        most_long, most_headless = HARD_TO_READ[where]
        assert long <= most_long, f"{where}: {long} sentences of more than {plain.MOST_WORDS} words"
        assert headless <= most_headless, f"{where}: {headless} sentences that say not who acts"


def test_09_6_every_sentence_says_who_acts():
    """`nobody`, `somebody` and their like stand in no docstring, comment, document, page or script. Scenarios have the
    word `nobody`, and so have names in code. In a sentence both stand in quotes, as code."""
    paths = [*PRODUCT, *TESTS, *tracked(".md", ".po", ".html", ".js", ".mjs")]
    assert [f"{path.relative_to(ROOT)}: {word}" for path in paths for word in plain.vague(path)] == []
