"""Static files: an address names its content and is kept for ever, and an old address still finds its file."""

import gzip

import brotli
import pytest
import requests

from auction.web.assets import Files, files
from tests.serving import ROOT

from ..house import House

STATIC = files(ROOT / "static")
NAMES = ("css/base.css", "js/pages/lot.zh.js", "vendor/socket.io.esm.min.js")


@pytest.mark.parametrize("name", NAMES)
def test_09_4_a_file_is_kept_for_ever_at_the_address_of_its_content(any_house: House, name):
    address = any_house.server.url + STATIC.address(name)
    packed = {}
    for coding, unpack in (("identity", bytes), ("gzip", gzip.decompress), ("br", brotli.decompress)):
        answer = requests.get(address, headers={"Accept-Encoding": coding}, stream=True, timeout=10)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers.get("Content-Encoding", "identity") == coding
        packed[coding] = answer.raw.read()
        assert int(answer.headers["Content-Length"]) == len(packed[coding])
        assert unpack(packed[coding]) == packed["identity"]
    assert len(packed["br"]) < len(packed["gzip"]) < len(packed["identity"])


@pytest.mark.parametrize("header", ["br;q=0, gzip;q=0", "", "identity", "brx, gzipped"])
def test_who_reads_no_coding_gets_the_file_as_it_is(house: House, header):
    answer = requests.get(
        house.server.url + STATIC.address("css/base.css"), headers={"Accept-Encoding": header}, timeout=10
    )
    assert "Content-Encoding" not in answer.headers
    assert answer.content == (ROOT / "static/css/base.css").read_bytes()


@pytest.mark.parametrize("name", ["css/base.css", "css/base.0123456789abcdef.css"])
def test_an_old_address_gets_the_file_as_it_is_now_and_nobody_keeps_it(house: House, name):
    answer = requests.get(f"{house.server.url}/static/{name}", timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_script_says_its_sentences_in_the_language_of_its_page(house: House):
    zh, en = (
        requests.get(house.server.url + STATIC.address(f"js/pages/lot.{each}.js"), timeout=10).text
        for each in ("zh", "en")
    )
    assert 't("连接中断")' in zh
    assert 't("No connection")' not in zh
    assert zh.count("t(") == en.count("t(")
    assert 't("No connection")' in en


def test_a_changed_module_changes_the_address_of_the_pages_that_have_it_and_of_no_other(tmp_path):
    for folder in ("js/core", "js/pages", "css"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "css/base.css").write_text("a {}")
    (tmp_path / "js/core/one.js").write_text("export const one = 1;\n")
    (tmp_path / "js/pages/lot.js").write_text('import { one } from "../core/one.js";\n')
    (tmp_path / "js/pages/hall.js").write_text("const two = 2;\n")
    names = ("js/pages/lot.zh.js", "js/pages/hall.zh.js", "css/base.css")
    before = [Files(tmp_path).address(name) for name in names]
    (tmp_path / "js/core/one.js").write_text("export const one = 11;\n")
    after = [Files(tmp_path).address(name) for name in names]

    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, True]
