"""Read a catalogue in a process of its own: its first error, the seconds, and the MB that it took at most."""

import resource
import sys
import time
from pathlib import Path

from auction.catalogue.reading import read_catalogue


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    data = Path(sys.argv[1]).read_bytes()
    before_mb, started_s = peak_mb(), time.process_time()
    catalogue = read_catalogue(data, "", "CNY")
    sys.stdout.write(f"{catalogue.errors[0].code} {time.process_time() - started_s} {peak_mb() - before_mb}")
