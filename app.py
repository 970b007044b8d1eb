"""The entry: patches the runtime first, then joins the parts. `python app.py` serves; `--help` lists the rest."""

import os
import sys

from auction.base import runtime

serves = len(sys.argv) == 1 or sys.argv[1] in ("serve", "--demo")
runtime.patch(None if serves and not any(each.startswith("--workers") for each in sys.argv) else "threading")

from auction.cli.main import main

if __name__ == "__main__":
    os.umask(0o077)  # files of this process have names and secrets in them: only its own account may read that
    main()
