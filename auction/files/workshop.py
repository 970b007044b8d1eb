"""Works on files of strangers in a process of its own: `python -m auction.files.workshop TASK FILES…`.

A decoder that hangs, crashes or swells takes this process along and not the server. It has little memory, little time
and a low priority. Its output is JSON: what it found, or the `code` of a refusal.
"""

import io
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..base import runtime
from .kinds import SIGNATURE_BYTES, FileKind, kind_of

Image: Any = runtime.lazily("PIL.Image")
ImageCms: Any = runtime.lazily("PIL.ImageCms")
ImageOps: Any = runtime.lazily("PIL.ImageOps")
pikepdf: Any = runtime.lazily("pikepdf")

MOST_PIXELS = 50_000_000
MOST_PDF_PAGES = 2_000
LARGE_SIDE, SMALL_SIDE = 2_400, 480
"""The longest side of a picture and of its small version, in pixels."""
JPEG_QUALITY = 88
PIXELS_PER_INCH = 150
"""Of a picture that becomes a page."""
MOST_TILES = 40
"""Of a watermark, in one direction of a page."""
MEMORY_BYTES = 1_500_000_000
CPU_S = 40
WRITTEN_BYTES = 200_000_000
_ACTIVE = {"/JavaScript", "/Launch", "/RichMedia", "/Rendition", "/ImportData", "/SubmitForm"}
"""Kinds of actions that run something, or send something away."""

TaskResult = Mapping[str, Any]


class Unfit(Exception):
    """The file is not taken; the text is the code of a refusal."""


def picture(source: str, large: str, small: str) -> TaskResult:
    """Draw a picture anew, without anything but its pixels: `large` for a page of its own, `small` for a list.

    Raises Unfit.
    """
    try:
        with Image.open(source, formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unfit("UPLOAD_HUGE_PICTURE")
            kind, drawn = str(opened.format), _plain(opened)
    except Image.DecompressionBombError as error:
        raise Unfit("UPLOAD_HUGE_PICTURE") from error
    sizes = [_saved(drawn, kind, path, side) for path, side in ((large, LARGE_SIDE), (small, SMALL_SIDE))]
    return {"sizes": sizes}


def _plain(opened: Any) -> Any:
    """The pixels alone, upright, in the standard colours; what is transparent becomes white, as paper is."""
    profile = opened.info.get("icc_profile")
    upright = ImageOps.exif_transpose(opened)
    if upright.mode in ("1", "L", "I;16"):
        plain = (
            upright.point(lambda value: value / 256).convert("L") if upright.mode == "I;16" else upright.convert("L")
        )
    elif upright.mode in ("RGB", "CMYK"):
        plain = _in_standard_colours(upright, profile)
    else:
        clear = upright.convert("RGBA")
        plain = Image.new("RGB", clear.size, "white")
        plain.paste(clear, mask=clear.getchannel("A"))
    return Image.frombytes(plain.mode, plain.size, plain.tobytes())


def _in_standard_colours(drawn: Any, profile: bytes | None) -> Any:
    if profile is not None:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(drawn, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            changed = None
        if changed is not None:
            return changed
    return drawn.convert("RGB")


def _saved(drawn: Any, kind: str, path: str, side: int) -> tuple[int, int]:
    fitting = drawn.copy()
    fitting.thumbnail((side, side), Image.Resampling.LANCZOS)
    options: Mapping[str, Any] = {"optimize": True} if kind == "PNG" else {"quality": JPEG_QUALITY, "progressive": True}
    fitting.save(path, format=kind, **options)
    return fitting.width, fitting.height


def document(source: str) -> TaskResult:
    """Look through a PDF: how many pages it has. Raises Unfit if it is damaged, locked or does something by itself."""
    try:
        with pikepdf.open(source) as opened:
            pages = len(opened.pages)
            if not 1 <= pages <= MOST_PDF_PAGES:
                raise Unfit("UPLOAD_PAGES")
            if any(_is_active(each) for each in opened.objects):
                raise Unfit("UPLOAD_ACTIVE_PDF")
    except pikepdf.PasswordError as error:
        raise Unfit("UPLOAD_PROTECTED_PDF") from error
    except (pikepdf.PdfError, pikepdf.DeletedObjectError) as error:
        raise Unfit("UPLOAD_BROKEN") from error
    return {"pages": pages}


def _is_active(found: Any) -> bool:
    """Whether an object of a PDF runs a program, or carries another file in it."""
    return any(
        str(each.get("/S", "")) in _ACTIVE
        or "/XFA" in each
        or str(each.get("/Type", "")) in ("/EmbeddedFile", "/Filespec")
        for each in _dictionaries(found)
    )


def _dictionaries(found: Any) -> Iterator[Any]:
    """An object and what stands directly in it, without following a reference. Depth is bounded by the reader."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            yield each
            inner = [value for _name, value in each.items()]
        elif isinstance(each, pikepdf.Array):
            inner = list(each)
        else:
            continue
        waiting += [value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect]


def stamp(source: str, mark: str, target: str) -> TaskResult:
    """Lay the one page of `mark` over every page of a PDF, again and again to its edges. A picture becomes a page."""
    with pikepdf.open(_as_pdf(source)) as opened, pikepdf.open(mark) as marked:
        tile = opened.copy_foreign(marked.pages[0].as_form_xobject())
        box = [float(value) for value in marked.pages[0].mediabox]
        for page in opened.pages:
            name = page.add_resource(tile, pikepdf.Name.XObject)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(_tiled(name, [float(value) for value in page.mediabox], box[2], box[3]))
        opened.save(target, linearize=False)
        return {"pages": len(opened.pages)}


def _as_pdf(source: str) -> Any:
    begin = Path(source).read_bytes()[:SIGNATURE_BYTES]
    if kind_of(begin) is FileKind.PDF:
        return source
    page = io.BytesIO()
    with Image.open(source, formats=("PNG", "JPEG")) as drawn:
        drawn.save(page, format="PDF", resolution=PIXELS_PER_INCH)
    return page


def _tiled(name: Any, page: list[float], wide: float, high: float) -> bytes:
    """The drawing of a tile over the whole of a page. It first undoes the settings that the page left."""
    left, bottom = min(page[0], page[2]), min(page[1], page[3])
    columns = range(min(1 + int(abs(page[2] - page[0]) // wide), MOST_TILES))
    rows = range(min(1 + int(abs(page[3] - page[1]) // high), MOST_TILES))
    places = [(left + column * wide, bottom + row * high) for column in columns for row in rows]
    return b"Q\n" + b"".join(f"q 1 0 0 1 {x:.2f} {y:.2f} cm {name} Do Q\n".encode() for x, y in places)


TASKS: Mapping[str, Callable[..., TaskResult]] = {"picture": picture, "document": document, "stamp": stamp}


def main(task: str, *paths: str) -> None:
    """Do one task and say what came of it."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = TASKS[task](*paths)
    except Unfit as error:
        found = {"code": str(error)}
    except Exception:  # a stranger's bytes may lead the libraries to any error
        found = {"code": "UPLOAD_BROKEN"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
