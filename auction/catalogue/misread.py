"""Text that was read in a wrong encoding: 鍙︿竴绉 for 另一种, ä¸€ç§ for 一种. Such text is refused, never imported.

The test is a second reading. If the bytes of a text make plain Chinese in another encoding, they were read wrongly.
"""

import re
import unicodedata
from collections.abc import Iterator

# Frequent in any Chinese text, and in titles of patents. They make up more than half of true text, and at most 8 in 100
# characters of text that merely can be decoded as GB18030 (Big5, Shift-JIS, EUC-KR, Windows-1252 …).
FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要时来用生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行"
    "学法所民得经进部度家电力里如水化高自理起小物现实加量都两体制机当使点从业本把性好应开合因由其些然前外天政日社"
    "义事平形相全表间样与关各重新线内数正心反明原利比或但质气第向道变条只没结解问意建月公无系者最代已通并提题程展"
    "果料象员位入常文总品式活设及管特件长求基资边流路级少图山统接知较将组见计根论运专处装置测备研究院限技术材膜金属权"
    "号标称名"
)
_CHINESE = re.compile("[\u3400-\u9fff]")
_WRONG_READINGS = (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))
"""Read as the first, but written as the second."""
_SAMPLE = 400  # characters of a text that are looked at
_LEAST = 4  # characters that are not ASCII; fewer say nothing


def frequent_share(text: str) -> float:
    """How much of the Chinese in a text is frequent, 0 to 1; 0 where it has none."""
    chinese = _CHINESE.findall(text)
    return sum(char in FREQUENT for char in chinese) / len(chinese) if chinese else 0.0


def as_meant(text: str) -> str | None:
    """The text that was meant, if this one is its bytes in a wrong encoding. None: it is good."""
    text = text[:_SAMPLE]
    if text.isascii() or sum(not char.isascii() for char in text) < _LEAST:
        return None
    before = frequent_share(text)
    return next((meant for meant in _other_readings(text) if _is_better(meant, before)), None) if before < 0.3 else None


def _other_readings(text: str) -> Iterator[str]:
    """A byte or two may have been lost on the way; they become U+FFFD here."""
    for read_as, written_as in _WRONG_READINGS:
        raw = text.encode(read_as, "replace")
        if raw.count(b"?") - text.count("?") <= len(text) / 8:
            yield raw.decode(written_as, "replace")


def _is_better(meant: str, before: float) -> bool:
    others = [char for char in meant if not char.isascii()]
    lost = sum(char == "\ufffd" or unicodedata.category(char) in ("Co", "Cn", "Cc") for char in others)
    chinese = len(_CHINESE.findall(meant))
    is_text = chinese >= 2 and lost * 3 <= len(others) and chinese * 2 >= len(others) - lost
    return is_text and frequent_share(meant) >= max(0.4, before + 0.3)


def line_in_utf8(data: bytes) -> int | None:
    """The first line of a file in another encoding that is UTF-8 nevertheless; None where there is none."""
    for number, line in enumerate(re.split(rb"\r\n|\n|\r", data), 1):
        if line.isascii():
            continue
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if len(_CHINESE.findall(text)) >= 2 and frequent_share(text) >= 0.4:
            return number
    return None
