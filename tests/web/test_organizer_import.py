"""Importing a catalogue from the organizer's page: a dry run first, then the very same bytes, all or nothing."""

import io
import re
import uuid
from dataclasses import replace

import pytest
import requests

from auction.catalogue.importing import UPLOAD_LASTS_MS, UPLOADS_KEPT, Uploads
from models.rows import LotRow
from tests.conftest import SetClock
from tests.data import shared
from tests.serving import Cast, Person, Server, parts_for

GOOD = (
    "拍品号,标题,专利号,委托人,起拍价,加价幅度\n1,方法,ZL201811564288.X,示例研究所,10万,5000\n2,装置,CN101000319A,,,\n"
)
BAD = 'lot,title,patents,start\n1,,CN101000319A,-5\n1,"<script>x</script>",CN101030344A,abc\n'
HTML = "<script>x</script>"


@pytest.fixture
def slug(organizer: Person) -> str:
    made = f"s-{uuid.uuid4().hex[:8]}"
    typed = {"slug": made, "title_en": "Import", "time_zone": "Asia/Shanghai", "currency": "CNY"}
    assert organizer.post("/organizer/new", **typed).status_code == 200
    return made


def upload(person: Person, slug: str, data: bytes | str, name: str = "catalogue.csv") -> requests.Response:
    raw = data.encode() if isinstance(data, str) else data
    path = f"{person.url}/organizer/sales/{slug}/import"
    form = {"csrf_token": person.csrf("/organizer")}
    return person.http.post(path, data=form, files={"file": (name, io.BytesIO(raw))}, timeout=30)


def key_in(answer: requests.Response) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{64})"', answer.text)
    assert found, answer.text
    return found.group(1)


def confirm(person: Person, slug: str, key: str, **more: str) -> requests.Response:
    return person.post(f"/organizer/sales/{slug}/import/confirm", key=key, **more)


def lots_of(site: tuple[Server, Cast], slug: str) -> list[LotRow]:
    parts = parts_for(site[0].instance)
    try:
        return parts.sales.lots(parts.sales.find(slug).id)
    finally:
        parts.store.close()


def test_a_dry_run_imports_nothing_and_the_confirmed_file_comes_as_it_was_seen(organizer, site, slug):
    seen = upload(organizer, slug, GOOD)
    assert "Lots in the file: 2." in seen.text
    assert lots_of(site, slug) == []
    done = confirm(organizer, slug, key_in(seen))
    assert "Lots imported: 2." in done.text
    first, second = lots_of(site, slug)
    assert (first.start_minor, first.increment) == (10_000_000, {"fixed_minor": 500_000})
    assert [each["sure"] for each in first.consignors] == [True], (
        "a consignor is an organization, whose people may not bid"
    )
    assert second.start_minor is None
    assert "Missing: 2" in organizer.get(f"/organizer/sales/{slug}").text


def test_every_problem_is_shown_with_line_and_column_and_nothing_can_be_confirmed(organizer, site, slug):
    answer = upload(organizer, slug, BAD)
    assert answer.status_code == 422
    rows = re.findall(r'<tr><td class="number figure">(\d+|–)</td><td>([^<]*)</td>', answer.text)
    assert {("2", "title"), ("2", "start"), ("3", "lot"), ("3", "start")} <= set(rows)
    assert "/import/confirm" not in answer.text
    assert HTML not in answer.text
    assert lots_of(site, slug) == []


def test_both_encodings_of_the_real_list_import_the_same_lots(organizer, site, slug):
    folder = shared("patents")
    known = []
    for name in ("institutes_178.csv", "institutes_178.gb18030.csv"):
        done = confirm(organizer, slug, key_in(upload(organizer, slug, (folder / name).read_bytes())), replace="1")
        assert "Lots imported: 178." in done.text
        known.append([replace(lot, salt=None) for lot in lots_of(site, slug)])
    assert known[0] == known[1]
    assert len(known[0]) == 178


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.csv"),
        (b"\x00\x01\x02", "noise.csv"),
        (b"PK\x03\x04 not a workbook", "broken.xlsx"),
        (b"%PDF-1.7", "catalogue.pdf"),
        ("專利號,標題\n1,2\n".encode("big5"), "big5.csv"),
        ("title,patents\n", "no-lots.csv"),
        ("title\nx\n", "no-patents.csv"),
        (f"title,patents\n{'t' * 301},CN101000319A\n", f"{HTML}.csv"),
    ],
)
def test_files_that_are_none_get_a_sentence(organizer, site, slug, data, name):
    answer = upload(organizer, slug, data, name)
    assert answer.status_code == 422
    assert "notice bad" in answer.text
    assert HTML not in answer.text
    assert lots_of(site, slug) == []


def test_a_form_without_a_file_and_a_file_that_is_too_large(organizer, slug):
    assert organizer.post(f"/organizer/sales/{slug}/import").status_code == 422
    answer = upload(organizer, slug, b"title,patents\n" + b"x" * (10 * 2**20))
    assert answer.status_code == 422
    assert "bytes" in answer.text


def test_lots_that_are_there_are_named_and_replaced_only_when_asked(organizer, site, slug):
    key = key_in(upload(organizer, slug, GOOD))
    confirm(organizer, slug, key)
    seen = upload(organizer, slug, GOOD)
    assert "These lot numbers are in the sale already: 1, 2." in seen.text
    again = confirm(organizer, slug, key)
    assert again.status_code == 422
    assert "Lot 1 is in the sale already." in again.text
    assert len(lots_of(site, slug)) == 2
    assert confirm(organizer, slug, key, replace="1").status_code == 200
    assert len(lots_of(site, slug)) == 2


@pytest.mark.parametrize("key", ["", "x", "0" * 64, "../" * 20, "A" * 64, "0" * 4000])
def test_a_key_of_no_file_asks_for_it_again(organizer, slug, key):
    answer = confirm(organizer, slug, key)
    assert answer.status_code == 410
    assert "choose it again" in answer.text


def test_a_published_sale_takes_no_import(organizer):
    assert organizer.get("/organizer/sales/sale/import").status_code == 409
    assert confirm(organizer, "sale", "0" * 64).status_code == 409


def test_files_are_kept_a_few_and_for_an_hour(tmp_path):
    clock = SetClock()
    uploads = Uploads(tmp_path / "uploads", clock)
    keys = []
    for number in range(UPLOADS_KEPT + 3):
        clock.at_ms += 1_000
        keys.append(uploads.keep(b"%d" % number))
    assert [uploads.find(key) is not None for key in keys] == [False] * 3 + [True] * UPLOADS_KEPT
    assert uploads.find(keys[-1]) == b"%d" % (UPLOADS_KEPT + 2)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "uploads").iterdir()} == {0o600}
    clock.at_ms += UPLOAD_LASTS_MS + 1_000
    assert uploads.find(keys[-1]) is None
