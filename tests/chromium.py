"""The programs that tests need beside Python: where Chromium and node are, and getting them where that is possible.

`python -m tests.chromium` installs what is missing from Debian's packages, where it runs as root on Debian, and says in
one line a program what is still missing and why. It always ends well: the tests themselves say what they skip.
"""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = {"Chromium": ("chromium", "fonts-noto-cjk"), "node": ("nodejs",)}
"""Debian's packages; without a font with Chinese characters every Chinese page is a page of boxes."""


def find_chromium() -> str | None:
    """The browser that CHROMIUM names, or the first on PATH."""
    named = os.environ.get("CHROMIUM")
    return named if named else next(filter(None, map(shutil.which, NAMES)), None)


def find_node() -> str | None:
    """Node, which runs the tests of the browser's own modules."""
    return shutil.which("node")


def missing() -> list[str]:
    """The programs that are not there."""
    found = {"Chromium": find_chromium(), "node": find_node()}
    return [name for name, path in found.items() if path is None]


def install(programs: list[str]) -> str | None:
    """Install programs from Debian's packages; why that is not possible, None where it was done."""
    if not Path("/etc/debian_version").exists() or shutil.which("apt-get") is None:
        return "this is not Debian: install it, or for Chromium set CHROMIUM=/path/to/it"
    if os.geteuid() != 0:
        return f"only root may: apt-get install {' '.join(p for name in programs for p in PACKAGES[name])}"
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = [package for name in programs for package in PACKAGES[name]]
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", "-qq", *step], env=environ, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return f"apt-get {step[0]} failed: {(done.stderr.strip() or 'no reason given').splitlines()[-1]}"
    return None


def main() -> None:
    """Get what is missing, or say why not."""
    reason = install(missing()) if missing() else None
    for name in missing():
        print(f"{name} is not here, its tests will be skipped: {reason}")  # noqa: T201 - this is the command's output


if __name__ == "__main__":
    main()
