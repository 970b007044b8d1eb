"""Memory that a stranger takes comes back."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.serving import ROOT, Person

from ..house import House, a_house

MB = 2**20


def resident_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


def fail_to_sign_in(house: House, number: int) -> int:
    stranger = Person(house.server.url)
    return stranger.post("/sign-in", email=f"b{number}@test.invalid", password="wrong password here").status_code


@pytest.mark.parametrize("mode", ["eventlet", "threading", "gevent"])
def test_08_23_wrong_sign_ins_leave_no_memory_behind(tmp_path, mode):
    """16 of them took it from 93 to 378 MB, for good: each thread kept the 19 MiB of the password it had checked."""
    with a_house(tmp_path, mode, AUCTION_SIGN_INS_PER_MINUTE="1000") as house:
        fail_to_sign_in(house, 0)
        before = resident_mb(house.server.process.pid)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda number: fail_to_sign_in(house, number), range(40)))
        assert set(answers) <= {401, 422, 200, 403}, answers
        assert resident_mb(house.server.process.pid) - before < 45, "two passwords at a time, of 19 MiB each"


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ('b"lot,title,patents" + b"," * size', "TOO_MANY_CELLS"),
        ('b"lot,title,patents\\n" + b"," * size', "TOO_MANY_CELLS"),
        ('b"lot,title,patents\\n" + (b\'"\\n",\' + b"," * 99) * (size // 103)', "TOO_MANY_CELLS"),
        ('b"lot,title,patents\\n" + (b"1" + b"," * 2000 + b"\\n") * (size // 2002)', None),
    ],
)
def test_08_23_a_file_of_commas_costs_little_more_than_itself(what, code):
    """Ten megabytes of commas took 144 MB: an empty cell costs eight bytes, twice."""
    program = f"""
import resource
from auction.catalogue.reading import read_catalogue
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
size = 10 * 2**20 - 100
read_catalogue(b"lot,title,patents\\n1,a,b\\n", "a.csv", "CNY")
data = {what}
before = peak()
read = read_catalogue(data, "a.csv", "CNY")
print(peak() - before, *sorted({{each.code for each in read.errors}}))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    took, *codes = done.stdout.split()
    assert float(took) < 45, "the text and one copy, and 5,000 rows"
    assert code is None or code in codes
