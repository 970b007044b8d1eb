"""A machine's clock under a real server that is put right, or stands still, when told to (clock.c)."""

import struct
import time
from dataclasses import dataclass
from pathlib import Path

from .disk import compiled

SOURCE = Path(__file__).with_name("clock.c")
LINE = struct.Struct("<qq")


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class WrongClock:
    """What a server is started with so that its clock can jump: `environ`."""

    control: Path
    library: Path

    @classmethod
    def made(cls, folder: Path) -> "WrongClock":
        clock = cls(folder / "wrong_clock", compiled(folder, SOURCE))
        clock.is_wrong_by(0)
        return clock

    @property
    def environ(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "FAKE_CLOCK": str(self.control)}

    def is_wrong_by(self, ms: int) -> None:
        """From now on the wall clock is ahead by so much; it goes."""
        self._tell(ms, 0)

    def stands_at(self, at_ms: int) -> None:
        """From now on the wall clock says this moment (UTC)."""
        self._tell(0, at_ms)

    def _tell(self, *numbers: int) -> None:
        with self.control.open("r+b" if self.control.exists() else "wb") as file:
            file.write(LINE.pack(*numbers))
