"""What we borrow of the inside of other people's libraries: one table, and an upgrade that breaks a row is named here.

Everything else that we use of them is documented by them. The libraries of these rows are pinned to their minor version
in requirements.txt.
"""

import ast
import importlib
import inspect
import re
from dataclasses import dataclass

import pytest

from ..test_tidy import PRODUCT, ROOT, name_of, tree

STANDARD = ("_socket", "_thread")


@dataclass(frozen=True)
class Borrowed:
    """`parts` of `owner`, a module or a class by its full name, that `user` needs for `why`."""

    user: str
    owner: str
    parts: str
    why: str


TABLE = [
    Borrowed("base/runtime", "_thread", "allocate_lock start_new_thread", "a lock and a thread that no patch changes"),
    Borrowed("base/runtime", "_socket", "socket", "a socket that no patch makes cooperative"),
    Borrowed("base/runtime", "eventlet.hubs", "use_hub", "our loop in the place of the stock one"),
    Borrowed("base/eventlet_hub", "eventlet.hubs.epolls", "is_available", "whether the system has epoll"),
    Borrowed(
        "base/eventlet_hub",
        "eventlet.hubs.epolls.Hub",
        "wait do_poll listeners READ WRITE READ_MASK WRITE_MASK SYSTEM_EXCEPTIONS squelch_exception",
        "first come, first served",
    ),
    Borrowed("base/eventlet_hub", "eventlet.hubs.hub", "noop", "a listener that is none"),
    Borrowed(
        "mail/smtp", "smtplib.SMTP", "_host", "the name in the certificate, where the address was looked up before"
    ),
    Borrowed("server/accepting", "eventlet.greenio.base.GreenSocket", "fd", "a refusal that does not wait"),
    Borrowed(
        "server/listening",
        "eventlet.wsgi.HttpProtocol",
        "setup handle_one_request get_environ rfile wfile connection close_connection",
        "heads that we judge first, and a connection that becomes a websocket's",
    ),
    Borrowed("server/listening", "eventlet.wsgi", "WSGI_LOCAL", "the server writes nothing more after a websocket"),
    Borrowed(
        "server/listening",
        "gevent.pywsgi.WSGIHandler",
        "handle_one_request get_environ finalize_headers response_headers close_connection rfile socket",
        "the same, and a connection that is closed says so",
    ),
    Borrowed(
        "server/listening",
        "gevent.pywsgi.WSGIServer",
        "do_read stop_accepting _start_accepting_if_started _timer loop",
        "the door when descriptors run out",
    ),
    Borrowed(
        "server/listening",
        "werkzeug.serving.WSGIRequestHandler",
        "setup handle_one_request make_environ connection_dropped version_string log log_request",
        "the same in threads",
    ),
    Borrowed("server/listening", "werkzeug.serving.BaseWSGIServer", "get_request", "the door in threads"),
    Borrowed("sockets/library", "socketio.Server", "eio", "its python-engineio server holds polling requests"),
    Borrowed("sockets/library", "socketio.Manager", "emit", "whom the library's `emit` reaches"),
    Borrowed("sockets/endpoint", "engineio.Server", "sockets on", "the sessions that poll"),
    Borrowed("sockets/polled", "engineio.socket.Socket", "queue last_ping upgrading closed close", "one such session"),
    Borrowed("sockets/polled", "engineio.packet.Packet", "packet_type encode", "what waits in its queue"),
    Borrowed("sockets/endpoint", "engineio.packet.Packet", "data", "the opening packet, with exact times"),
    Borrowed("sockets/polled", "engineio.packet", "NOOP", "ends a request that waits"),
    Borrowed(
        "catalogue/workbook",
        "openpyxl.reader.excel.ExcelReader",
        "read_manifest read_strings read_workbook archive parser shared_strings wb",
        "only the steps that cells need",
    ),
    Borrowed(
        "catalogue/workbook",
        "openpyxl.workbook.workbook.Workbook",
        "_date_formats _timedelta_formats _cell_styles _number_formats",
        "which cells are days, and which percentages",
    ),
    Borrowed(
        "catalogue/workbook",
        "openpyxl.worksheet._reader.WorkSheetParser",
        "parse parse_cell row_dimensions column_dimensions merged_cells",
        "rows as they stand in the file, and what is hidden and merged",
    ),
    Borrowed("catalogue/workbook", "openpyxl", "DEFUSEDXML", "whether XML bombs are refused"),
]

DOCUMENTED = {"_mapping", "_asdict", "_replace", "_fields", "_exit"}
"""Names with an underscore that their makers document: rows of SQLAlchemy, named tuples, `os._exit`."""


def owner_of(name: str) -> object:
    """A module or a class by its full name."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, inside = name.rpartition(".")
        return getattr(importlib.import_module(module), inside)


def has(owner: object, part: str) -> bool:
    """Whether there is such a part: of a class also one that only its objects have."""
    if hasattr(owner, part):
        return True
    sources = [inspect.getsource(each) for each in getattr(owner, "__mro__", ()) if each.__module__ != "builtins"]
    return any(re.search(rf"self\.{part}\b.* = |self\.{part} = |self\.{part}: ", source) for source in sources)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.owner)
def test_every_borrowed_part_is_still_there(row):
    owner = owner_of(row.owner)

    assert [part for part in row.parts.split() if not has(owner, part)] == []


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.owner)
def test_every_row_has_its_user(row):
    text = (ROOT / "auction" / f"{row.user}.py").read_text()

    assert [part for part in row.parts.split() if not re.search(rf"\b{part}\b", text)] == []


def ours() -> set[str]:
    """Every name with an underscore that the product itself gives to something."""
    given: set[str] = set()
    for path in PRODUCT:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                given.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                given.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and of_self(node):
                given.add(node.attr)
    return given


def of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def test_nothing_private_is_borrowed_without_a_row():
    """What has an underscore and is none of ours; parts without one are in the table by hand."""
    listed = {part for row in TABLE for part in row.parts.split()} | ours() | DOCUMENTED
    listed |= {part for row in TABLE for part in row.owner.split(".")}
    found = set()
    for path in PRODUCT:
        for node in ast.walk(tree(path)):
            names: list[str] = []
            if isinstance(node, ast.Attribute):
                names = [node.attr]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [*(node.module or "").split("."), *(each.name for each in node.names)]
            elif isinstance(node, ast.Import):
                names = [part for each in node.names for part in each.name.split(".")]
            found |= {f"{name_of(path)}: {each}" for each in names if private(each) and each not in listed}
    assert sorted(found) == []


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


PINNED = ("python-engineio", "python-socketio", "simple-websocket", "eventlet", "gevent", "werkzeug", "openpyxl")


@pytest.mark.parametrize("library", PINNED)
def test_a_library_that_we_borrow_from_is_pinned_to_its_minor_version(library):
    line = re.search(
        rf"^{re.escape(library)}(?:\[\w+\])?>=(\d+)\.(\d+)[\d.]*,<(\d+)(?:\.(\d+))?(?=[ ;]|$)",
        (ROOT / "requirements.txt").read_text(),
        re.MULTILINE,
    )
    assert line is not None, "not pinned from below and above"
    major, minor, most_major, most_minor = line.groups()
    assert (most_major, most_minor) == (major, str(int(minor) + 1))
