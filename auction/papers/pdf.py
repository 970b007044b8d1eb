"""Sets papers: facts and a template become PDF/A-2a with embedded fonts. The same facts give the same bytes.

The templates stand in `templates/papers`. A house's own templates and fonts stand in the folder of `AUCTION_PAPERS`.
A file there comes before ours of the same name. Facts reach a template as JSON, never as markup.
"""

import io
import json
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ..base import runtime
from ..base.config import ROOT

typst: Any = runtime.lazily("typst")
fonts_of: Any = runtime.lazily("pylopdf_fonts_zh_cn")
segno: Any = runtime.lazily("segno")

TEMPLATES = ROOT / "templates" / "papers"
STANDARD = ["a-2a"]
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')


class BadTemplate(Exception):
    """A template does not compile; the message is the typesetter's."""


class NoGlyphs(Exception):
    """No font here has these characters, each named once: the paper would have gaps."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


class PdfPress:
    """Sets papers from our templates, and from a house's own folder where there is one."""

    def __init__(self, own: Path | None = None) -> None:
        self._own = own

    def set(self, kind: str, content: Mapping[str, Any], made_ms: int, form: str = "pdf") -> bytes | list[bytes]:
        """One paper as a PDF, its text as `html`, or its pages as pictures (`png`). It takes its time: offload it.

        Raises NoGlyphs, and BadTemplate.
        """
        files = self._templates()
        files["main.typ"] = files.get(f"{kind}.typ", b"")
        files["paper.json"] = json.dumps({**content, "form": form}, ensure_ascii=False).encode()
        codes = {"qr": content["head"]["record"], **content["facts"].get("codes", {})}
        files |= {f"{name}.svg": qr(address) for name, address in codes.items()}
        options: Mapping[str, Any] = {"pdf_standards": STANDARD} if form == "pdf" else {}
        try:
            made = typst.compile(
                files,
                format=form,
                font_paths=self._fonts,
                ignore_system_fonts=True,
                timestamp=made_ms // 1000,
                **options,
            )
        except typst.TypstError as error:
            found = _NO_GLYPH.findall(error.diagnostic)
            if found:
                raise NoGlyphs("".join(dict.fromkeys("".join(found)))) from error
            raise BadTemplate(f"{kind}: {error.diagnostic}") from error
        return made  # type: ignore[no-any-return]

    def tile(self, template: str, facts: Mapping[str, str], made_ms: int) -> bytes:
        """A page to lay over others, as a plain PDF. It takes its time: offload it. Raises BadTemplate."""
        files = self._templates()
        files["main.typ"] = files[f"{template}.typ"]
        files["paper.json"] = json.dumps(facts, ensure_ascii=False).encode()
        try:
            made: bytes = typst.compile(
                files, format="pdf", font_paths=self._fonts, ignore_system_fonts=True, timestamp=made_ms // 1000
            )
        except typst.TypstError as error:
            raise BadTemplate(f"{template}: {error.diagnostic}") from error
        return made

    def _templates(self) -> dict[str, bytes]:
        folders = [TEMPLATES, *([self._own] if self._own else [])]
        return {path.name: path.read_bytes() for folder in folders for path in sorted(folder.glob("*.typ"))}

    @cached_property
    def _fonts(self) -> Any:
        folders = [*([str(self._own)] if self._own else []), str(fonts_of.sans_path().parent)]
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def qr(address: str) -> bytes:
    """The QR code of an address as SVG; of none an empty picture."""
    if not address:
        return b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue()
