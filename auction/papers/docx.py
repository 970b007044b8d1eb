"""Drafts for lawyers as DOCX, because the parties edit them: the text of the same template, as paragraphs and tables.

The typesetter gives the template's text as HTML. The file itself is written here: it needs a dozen elements.
"""

import io
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.sax.saxutils import escape

_MAIN = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FONTS = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun"/>'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="888888"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_SIZES = {"h2": 32, "h3": 24}
"""Half points, by the tag of a heading."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MADE = (1980, 1, 1, 0, 0, 0)
CONTENT_TYPE = f"{_TYPES}.document"


def docx(html: bytes, above: str, below: str) -> bytes:
    """A DOCX file of a text, with a line above and a line below on each page. The same text gives the same bytes."""
    reader = _Reader()
    reader.feed(html.decode())
    body = "".join(reader.parts)
    edges = "".join(
        f'<w:{kind}Reference w:type="default" r:id="{name}"/>'
        for kind, name in (("header", "above"), ("footer", "below"))
    )
    section = f"<w:sectPr>{edges}</w:sectPr>"
    document = f'<w:document {_MAIN} xmlns:r="{_RELATIONS}"><w:body>{body}{section}</w:body></w:document>'
    files = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations({"main": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": _relations(
            {"above": ("header", "above.xml"), "below": ("footer", "below.xml")}
        ),
        "word/document.xml": document,
        "word/above.xml": f"<w:hdr {_MAIN}>{_paragraph(above, 16)}</w:hdr>",
        "word/below.xml": f"<w:ftr {_MAIN}>{_paragraph(below, 16)}</w:ftr>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, MADE), _HEAD + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@dataclass
class _Reader(HTMLParser):
    """Gathers paragraphs and tables. A table ends with an empty paragraph, without which the next would join it."""

    parts: list[str] = field(default_factory=list)
    text: str = ""
    tag: str = ""
    in_body: bool = False
    rows: list[list[str]] = field(default_factory=list)
    depth: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        self.in_body = self.in_body or tag == "body"
        if tag == "br":
            self.text += "\n"
        elif tag == "table":
            self._end()
            self.rows, self.depth = [], 1
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("p", "div", *_SIZES) and not self.depth:
            self._end()
            self.tag = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.rows[-1].append(self.text)
            self.text = ""
        elif tag == "table":
            self.parts.append(_table(self.rows) + _paragraph("", 12))
            self.depth = 0
        elif tag in ("p", "div", "body", *_SIZES) and not self.depth:
            self._end()

    def handle_data(self, data: str) -> None:
        self.text += data if self.in_body else ""

    def _end(self) -> None:
        if self.text.strip():
            self.parts.append(_paragraph(self.text, _SIZES.get(self.tag, 21), bold=self.tag in _SIZES))
        self.text = self.tag = ""


def _paragraph(text: str, half_points: int, *, bold: bool = False) -> str:
    size = f'<w:sz w:val="{half_points}"/>{"<w:b/>" if bold else ""}'
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line.strip())}</w:t>' for line in text.split("\n"))
    return f"<w:p><w:r><w:rPr>{_FONTS}{size}</w:rPr>{lines}</w:r></w:p>"


def _table(rows: list[list[str]]) -> str:
    cells = ["".join(f"<w:tc>{_paragraph(cell, 19)}</w:tc>" for cell in row) for row in rows]
    lines = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    width = '<w:tblW w:w="5000" w:type="pct"/>'
    return f"<w:tbl><w:tblPr>{width}<w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>{lines}</w:tbl>"


def _relations(of: dict[str, tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for name, (kind, target) in of.items()
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'


def _types() -> str:
    parts = {"document": "document.main", "above": "header", "below": "footer"}
    each = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{kind}+xml"/>' for name, kind in parts.items()
    )
    relations = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{relations}{each}</Types>'
