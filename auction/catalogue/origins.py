"""Exports of patent databases, known by their headings: each patent of one becomes a lot of its own.

The headings are those of the databases' public formats, with the columns that mean something else there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .choices import LEFT_OUT
from .columns import folded


@dataclass(frozen=True, slots=True)
class Origin:
    """A database: the headings that only its exports have together, and columns that our own reading would miss."""

    name: str
    headings: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)


ORIGINS = (
    Origin("Google Patents", ("id", "result link", "filing/creation date"), {"id": "patents"}),
    Origin("Lens", ("Lens ID", "Jurisdiction"), {"#": LEFT_OUT}),
    Origin("Espacenet", ("Publication number", "Earliest priority", "Family number"), {"No": LEFT_OUT}),
    Origin("Espacenet", ("Publication number", "Cooperative Patent Classification", "Date of application")),
    Origin("WIPO PATENTSCOPE", ("Application Id", "Application Number"), {"Publication Number": LEFT_OUT}),
    Origin("Derwent Innovation", ("Publication Number", "Title - DWPI"), {"Title - DWPI": LEFT_OUT}),
    Origin("Derwent Innovation", ("Publication Number", "Assignee - DWPI")),
    Origin("PatSnap", ("公开(公告)号", "[标]当前申请(专利权)人"), {"序号": LEFT_OUT}),
    Origin("PatSnap", ("公开(公告)号", "当前申请(专利权)人"), {"序号": LEFT_OUT}),
    Origin("PatSnap", ("Publication Number", "Current Assignee", "Simple Legal Status")),
    Origin("incoPat", ("标题 (中文)", "公开（公告）号"), {"序号": LEFT_OUT}),
    Origin("CNIPR", ("名称", "公开（公告）号", "申请（专利权）人"), {"序号": LEFT_OUT}),
)


def origin_of(headings: Sequence[str]) -> Origin | None:
    """The database that a file's headings tell of; None for a list that a person wrote."""
    known = {folded(heading) for heading in headings}
    return next((each for each in ORIGINS if known.issuperset(map(folded, each.headings))), None)
