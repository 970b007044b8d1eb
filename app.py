"""The entry: patches the runtime first, then joins the parts. `python app.py` serves; `--help` lists the rest."""

import sys

from auction import runtime

runtime.patch(None if len(sys.argv) == 1 or sys.argv[1] in ("serve", "--demo") else "threading")

from auction.cli import main

if __name__ == "__main__":
    main()
