"""The docs say what is there: every setting, event, code, call, message, command and route is documented."""

import re
from pathlib import Path

import pytest

from auction.base.config import ENV_PREFIX, SETTINGS
from auction.cli import main as cli
from auction.rules.acts import CALL_REASONS, OF_BIDDERS, OF_DESK, Presence
from auction.rules.kinds import KINDS
from auction.rules.refusals import Code
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
        rf"^\| `{ENV_PREFIX}{setting.name}` \| (.*?) \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE
    )
    assert row is not None, f"{ENV_PREFIX}{setting.name} has no row in docs/settings.md"
    assert row.group(1) == (f"`{setting.default}`" if setting.default else "–")


@pytest.mark.parametrize("name", [*KINDS, *Code, *CALLS, *MESSAGES, *CALL_REASONS])
def test_every_name_on_the_wire_stands_in_the_protocol(name):
    assert f"`{name}`" in PROTOCOL


MESSAGES_PAGE = (ROOT / "docs" / "protocol" / "messages.md").read_text()
CALL_ROWS = re.findall(
    r"^\| (`\w.*`) \| (.*?) ?\| .* \|$", MESSAGES_PAGE.partition("| `do` | needs | does |")[2], re.MULTILINE
)


@pytest.mark.parametrize("act", OF_DESK.values(), ids=lambda act: act.name)
def test_a_call_s_row_names_the_fields_that_it_needs_and_no_others(act):
    rows = [needs for names, needs in CALL_ROWS if f"`{act.name}`" in names]
    named = {name for name in re.findall(r"`(\w+)`", " ".join(rows)) if name.islower()}
    needed = {field.name for field in act.fields if field.presence is not Presence.OPTIONAL}

    assert len(rows) == 1
    assert needed <= named <= {field.name for field in act.fields}


@pytest.mark.parametrize("act", OF_BIDDERS.values(), ids=lambda act: act.name)
def test_a_bidder_s_message_has_its_row_and_is_described_with_every_field(act):
    sections = re.findall(rf"^## .*`{act.name}`.*?(?=^## )", MESSAGES_PAGE, re.MULTILINE | re.DOTALL)
    fields = [*(field.name for field in act.fields), "key"]

    assert f"| `{act.name}` | bidders | yes |" in MESSAGES_PAGE
    assert len(sections) == 1
    assert [name for name in fields if not re.search(rf"[`\"]{name}[`\"]", sections[0])] == []


def test_every_code_has_its_sentence():
    assert set(Code) <= set(SENTENCES)


def test_every_command_is_in_the_readme():
    commands = [name for name, command in cli.cli.commands.items() if not command.hidden]
    assert [name for name in commands if f"`{name}" not in README and f"python app.py {name}" not in README] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []
