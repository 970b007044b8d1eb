"""A disk under a real server that fails when told to (disk.c), and power cuts played from what it took down."""

import random
import re
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("disk.c")
LINE = struct.Struct("<ccQQ")
SECTOR = 512
NAMES = {b"d": "auction.sqlite3", b"w": "auction.sqlite3-wal"}
TOLD = re.compile(rb'"seq":\s?(\d+)')


@dataclass(frozen=True)
class Disk:
    """What a server is started with so that its disk can fail: `environ`, and `control`, the file that says how."""

    folder: Path
    library: Path

    @property
    def control(self) -> Path:
        return self.folder / "fault"

    @property
    def trace(self) -> Path:
        return self.folder / "trace"

    @property
    def environ(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "FAULTY_DISK": str(self.control)}

    @property
    def remembering(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "DISK_TRACE": str(self.trace)}


def compiled(into: Path, source: Path = SOURCE) -> Path:
    """A part of the machine that can fail, as a library to preload."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler to make a failing machine with")
    library = into / f"{source.stem}.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the disk or the network was asked to do: Write, Truncate, Sync; or what was sent."""

    what: bytes
    file: bytes
    offset: int
    data: bytes


def lines_of(trace: Path) -> Iterator[Line]:
    """What was taken down, in its order."""
    raw = trace.read_bytes()
    place = 0
    while place + LINE.size <= len(raw):
        what, file, offset, count = LINE.unpack_from(raw, place)
        place += LINE.size
        yield Line(what, file, offset, raw[place : place + count])
        place += count


@dataclass
class File:
    """A file on a disk with a cache: what is certain, and what was written since the last sync."""

    certain: bytearray = field(default_factory=bytearray)
    waiting: list[Line] = field(default_factory=list)

    def sync(self) -> None:
        self.certain = self.after_a_cut(None)
        self.waiting = []

    def after_a_cut(self, luck: random.Random | None) -> bytearray:
        """The bytes that are found afterwards: of what was not synced each sector as luck has it; all without luck."""
        found = bytearray(self.certain)
        for line in self.waiting:
            if line.what == b"T":
                if luck is None or luck.random() < 0.5:
                    del found[line.offset :]
                continue
            for start, piece in sectors(line):
                if luck is None or luck.random() < 0.5:
                    if len(found) < start:
                        found.extend(bytes(start - len(found)))
                    found[start : start + len(piece)] = piece
        return found


def sectors(line: Line) -> Iterator[tuple[int, bytes]]:
    """A write in pieces of a sector: a disk writes these whole or not at all."""
    place = 0
    while place < len(line.data):
        end = place + SECTOR - (line.offset + place) % SECTOR
        yield line.offset + place, line.data[place:end]
        place = end


@dataclass(frozen=True)
class Cut:
    """A power cut: the folder as it is found afterwards, and the last number that any client had been told by then."""

    folder: Path
    told: int


def power_cuts(before: Path, trace: Path, seeds: list[int], *, lies: bool = False) -> Iterator[Cut]:
    """One cut for each seed, each at a moment of its own. `before`: the instance folder as it was at the start.

    `lies`: the disk says that it has synced, and has not.
    """
    lines = list(lines_of(trace))
    first = next(place for place, line in enumerate(lines) if line.what == b"N" and TOLD.search(line.data))
    moments = sorted((random.Random(seed).randrange(first, len(lines)), seed) for seed in seeds)
    files = {name: File() for name in NAMES}
    files[b"d"].certain = bytearray((before / NAMES[b"d"]).read_bytes())
    told = done = 0
    for moment, seed in moments:
        for line in lines[done:moment]:
            if line.what == b"N":
                told = max([told, *map(int, TOLD.findall(line.data))])
            elif line.what == b"S":
                if not lies:
                    files[line.file].sync()
            else:
                files[line.file].waiting.append(line)
        done = moment
        yield Cut(_found(before, files, seed), told)


def _found(before: Path, files: dict[bytes, File], seed: int) -> Path:
    folder = before.parent / f"cut-{seed}"
    folder.mkdir()
    for name in ("secret_key", "offer_keys"):
        shutil.copy(before / name, folder)
    luck = random.Random(seed)
    for kind, file in files.items():
        (folder / NAMES[kind]).write_bytes(file.after_a_cut(luck))
    return folder
