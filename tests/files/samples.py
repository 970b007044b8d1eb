"""Files as people and attackers send them, made here."""

import io
import zlib
from pathlib import Path

import pikepdf
from PIL import Image, PngImagePlugin


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 600), mode: str = "RGB", **options: object) -> bytes:
    """A picture of two colours."""
    drawn = Image.new(mode, size, 0)
    drawn.paste(255 if mode in ("L", "1") else "#c03020", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    drawn.save(out, format=kind, **options)
    return out.getvalue()


def photo() -> bytes:
    """A photo taken upside down, with a place, a camera and a thumbnail's worth of remarks in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8298] = 6, "SECRET-CAMERA", "SECRET-OWNER"
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 40.0, 0.0)})
    return picture("JPEG", (400, 200), exif=exif, comment=b"SECRET-REMARK")


def told_picture() -> bytes:
    """A PNG with texts beside its pixels, and a page of HTML after its end."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SECRET-AUTHOR")
    return picture(pnginfo=texts) + b"<html><script>alert(1)</script>"


def bomb() -> bytes:
    """A PNG of 400 million pixels in half a megabyte."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = (20_000).to_bytes(4, "big") * 2 + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes(20_000 * 2_501), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(pages: int = 1, text: str = "", *, script: str = "", password: str = "", attached: bytes = b"") -> bytes:
    """A PDF; `text` is seen on each page."""
    made, out = pikepdf.new(), io.BytesIO()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for _each in range(pages):
        page = made.add_blank_page(page_size=(595, 842))
        page.add_resource(font, pikepdf.Name.Font, pikepdf.Name.F1)
        page.contents_add(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode())
    if script:
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String(script))
    if attached:
        made.attachments["evil.exe"] = attached
    made.save(out, encryption=pikepdf.Encryption(user=password, owner=password) if password else False)
    return out.getvalue()


def write(folder: Path, name: str, raw: bytes) -> Path:
    """One of these as a file."""
    path = folder / name
    path.write_bytes(raw)
    return path
