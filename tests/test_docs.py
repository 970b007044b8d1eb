"""The docs say what is there: every setting, event, code, call, message, command and route is documented."""

import re
from pathlib import Path

import pytest

from auction.base.config import PREFIX, SETTINGS
from auction.cli import main as cli
from auction.rules.kinds import KINDS
from auction.rules.refusals import Code
from auction.sockets.schemas import REASONS
from auction.web.access import CALLS, MESSAGES
from auction.words.sentences import SENTENCES

ROOT = Path(__file__).resolve().parent.parent
PROTOCOL_PAGES = [ROOT / "docs" / "protocol.md", *sorted((ROOT / "docs" / "protocol").glob("*.md"))]
PROTOCOL = "\n".join(page.read_text() for page in PROTOCOL_PAGES)
README = (ROOT / "README.md").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda each: each.name)
def test_every_setting_is_documented_with_its_default(setting):
    row = re.search(
        rf"^\| `{PREFIX}{setting.name}` \| (.*?) \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE
    )
    assert row is not None, f"{PREFIX}{setting.name} has no row in docs/settings.md"
    assert row.group(1) == (f"`{setting.default}`" if setting.default else "–")


@pytest.mark.parametrize("name", [*KINDS, *Code, *CALLS, *MESSAGES, *REASONS])
def test_every_name_on_the_wire_stands_in_the_protocol(name):
    assert f"`{name}`" in PROTOCOL


def test_every_code_has_its_sentence():
    assert set(Code) <= set(SENTENCES)


def test_every_command_is_in_the_readme():
    commands = [name for name, command in cli.cli.commands.items() if not command.hidden]
    assert [name for name in commands if f"`{name}" not in README and f"python app.py {name}" not in README] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []
