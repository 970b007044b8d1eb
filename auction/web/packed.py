"""Answers in fewer bytes: which codings a client can read, and a gzip that packs equal bytes alike."""

import re
import zlib
from collections.abc import Mapping
from typing import Any

_REFUSED = re.compile(r"q\s*=\s*0(\.0{0,3})?\s*$")


def readable(environ: Mapping[str, Any]) -> frozenset[str]:
    """The codings that a client names and does not refuse (RFC 9110, 12.5.3)."""
    named = (each.partition(";") for each in environ.get("HTTP_ACCEPT_ENCODING", "").lower().split(","))
    return frozenset(name.strip() for name, _, weight in named if not _REFUSED.match(weight.strip()))


def gzip_packer(level: int) -> Any:
    """A compressor whose output is a gzip file without a name and a date."""
    return zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
