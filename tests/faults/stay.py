"""A bidder on another machine who stays until his input ends: `python -m tests.faults.stay URL SALE COOKIE`."""

import sys

from tests.serving import Person


def main() -> None:
    url, sale, cookie = sys.argv[1:]
    Person(url).connect(sale, "bidder", headers={"Cookie": cookie})
    sys.stdin.read()


if __name__ == "__main__":
    main()
