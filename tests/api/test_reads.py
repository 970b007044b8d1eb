"""What everybody may read over the API: complete, in parts, conditional, in both names, and nothing secret."""

import io
import json
from hashlib import sha256

import pytest

from auction.sales.documents import DocumentPlace, Upload
from auction.sales.publication import By
from auction.web.access import SAME_FOR_ALL
from tests.files import samples

V1 = "/api/v1"


@pytest.fixture(scope="module", autouse=True)
def one_is_sold(api):
    api.sell("1", "101", 10_500_000)


def test_a_list_comes_in_parts_that_together_are_all(api):
    cursor, found = "", []
    while cursor is not None:
        told = api.client.get(f"{V1}/sales/sale/lots?limit=2{cursor and f'&cursor={cursor}'}").json
        found += [each["lot"] for each in told["items"]]
        cursor = told["next"]

    assert found == ["1", "2", "3"]
    assert [each["slug"] for each in api.client.get(f"{V1}/sales").json["items"]] == ["sale", "other"]
    assert api.client.get(f"{V1}/sales?status=closed").json["items"] == []
    assert [each["lot"] for each in api.client.get(f"{V1}/sales/sale/lots?status=sold").json["items"]] == ["1"]


def test_results_say_amounts_and_moments_in_both_names(api):
    told = api.client.get(f"{V1}/sales/sale/results").json
    sold = told["items"][0]

    assert (sold["hammer_minor"], sold["hammer"], sold["currency"]) == (10_500_000, "105000.00", "CNY")
    assert (sold["all_in_minor"], sold["all_in"]) == (11_025_000, "110250.00")
    assert (sold["status"], sold["paddle"], sold["bids"], sold["is_final"]) == ("sold", "101", 1, True)
    assert sold["ended_at"].startswith("20")
    assert sold["ended_at"].endswith(f".{sold['ended_at_ms'] % 1000:03}Z")
    assert [each["status"] for each in told["items"]] == ["sold", "pending", "pending"]
    assert told["seq"] == api.parts.engine.book(api.cast.sale).head.seq


def test_a_sale_by_its_slug_and_by_its_id_is_the_same_and_a_draft_is_no_sale(api):
    told = api.client.get(f"{V1}/sales/sale").json

    assert told == api.client.get(f"{V1}/sales/{api.cast.sale}").json
    assert (told["lots_count"], told["closed"], told["url"][-10:]) == (3, False, "sales/sale")
    for path in ("", "/lots", "/lots/7", "/patents", "/results", "/record"):
        answer = api.client.get(f"{V1}/sales/draft{path}")
        assert (answer.status_code, answer.json["code"]) == (404, "UNKNOWN_SALE"), path
    assert api.client.get(f"{V1}/sales/other/patents").json["items"][0]["number"] == "CN201510123456"
    assert api.client.get(f"{V1}/sales/sale/lots/9").json["code"] == "UNKNOWN_LOT"


def test_12_4_the_documents_of_a_sale_are_the_public_ones(api):
    by, sale = By(api.cast.users["organizer"], "COMPLETION"), api.cast.sale
    for place, name in ((DocumentPlace.PUBLIC, "说明书.pdf"), (DocumentPlace.ROOM, "secret.pdf")):
        uploads = [Upload(name, io.BytesIO(samples.pdf(2, place)))]
        api.parts.documents.add(sale, "3", uploads, place, by)
    assert api.client.get(f"{V1}/sales/other/documents").json["items"] == []
    api.app.extensions["shelf"].of(sale, 0)
    (told,) = api.client.get(f"{V1}/sales/sale/documents").json["items"]
    assert (told["lot"], told["name"], told["pages"], told["version"]) == ("3", "说明书.pdf", 2, 1)
    answer = api.client.get(told["url"].removeprefix(api.parts.config.public_url))
    assert sha256(answer.data).hexdigest() == told["sha256"]
    assert api.client.get(f"{V1}/sales/draft/documents").status_code == 404


def test_an_unchanged_answer_is_not_said_twice(api):
    for path in (f"{V1}/sales/sale/lots", f"{V1}/openapi.json", f"{V1}/sales/sale/record", "/sales/sale/record.jsonl"):
        tag = api.client.get(path).headers["ETag"]
        again = api.client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path
    tag = api.client.get(f"{V1}/sales/sale/record").headers["ETag"]
    api.sell("2", "101", 10_000_000)
    assert api.client.get(f"{V1}/sales/sale/record", headers={"If-None-Match": tag}).status_code == 200


def test_the_record_goes_on_from_where_a_program_has_it(api):
    whole = api.client.get(f"{V1}/sales/sale/record").text.splitlines()
    rest = api.client.get("/sales/sale/record.jsonl?since=3").text.splitlines()
    head = json.loads(whole[-1])["seq"]

    assert rest == whole[3:]
    assert api.client.get(f"{V1}/sales/sale/record?since={head}").text.splitlines() == whole[-1:]
    for path in (f"{V1}/sales/sale/record?since={head + 1}", "/sales/sale/record.jsonl?since=x"):
        assert (api.client.get(path).status_code, api.client.get(path).json["code"]) == (400, "MALFORMED"), path


def test_everything_that_is_wrong_is_told_at_once_in_the_one_shape(api):
    answer = api.client.get(f"{V1}/sales/sale/lots?limit=0&cursr=x", headers={"Accept-Language": "en"})

    assert answer.status_code == 400
    assert set(answer.json) == {"code", "message", "params", "status"}
    assert set(answer.json["params"]["fields"]) == {"limit", "cursr"}
    for path in ("/api/v1/nothing", "/api/nothing"):
        assert api.client.get(path, headers={"Accept": "text/html"}).json["code"] == "NOT_FOUND"
    assert api.client.get(f"{V1}/sales?cursor=%C3%A4").json["params"]["field"] == "cursor"
    assert api.client.post(f"{V1}/sales/sale/results").json["code"] == "METHOD_NOT_ALLOWED"


def test_the_limit_is_told_and_no_cookie_is_looked_at(api):
    answer = api.client.get(f"{V1}/sales")

    assert int(answer.headers["RateLimit-Remaining"]) <= int(answer.headers["RateLimit-Limit"]) == 100
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]
    assert not {each for each in SAME_FOR_ALL if each.startswith("api")}


def test_pages_of_other_origins_read_only_where_a_setting_names_them(api):
    def asked(origin: str, method: str = "GET"):
        return api.client.open(f"{V1}/sales", method=method, headers={"Origin": origin})

    assert "Access-Control-Allow-Origin" not in asked("https://portal.example").headers
    object.__setattr__(api.parts.config, "api_origins", ("https://portal.example",))
    try:
        assert asked("https://portal.example").headers["Access-Control-Allow-Origin"] == "https://portal.example"
        before = asked("https://portal.example", "OPTIONS")
        assert (before.status_code, "GET" in before.headers["Access-Control-Allow-Methods"]) == (200, True)
        for origin in ("https://portal.example.evil.test", "http://portal.example", "null"):
            assert "Access-Control-Allow-Origin" not in asked(origin).headers, origin
        page = api.client.get("/sales/sale", headers={"Origin": "https://portal.example"})
        assert "Access-Control-Allow-Origin" not in page.headers, "pages are for browsers of this site"
    finally:
        object.__setattr__(api.parts.config, "api_origins", ())


def test_the_openapi_file_has_every_route_and_the_page_tells_them(api):
    content = api.client.get(f"{V1}/openapi.json").json
    page = api.client.get("/api", headers={"Accept-Language": "en"}).text
    rules = {rule.rule.replace("int:", "") for rule in api.app.url_map.iter_rules() if rule.endpoint.startswith("api_")}

    assert content["openapi"].startswith("3.1")
    assert {path.replace("{", "<").replace("}", ">") for path in content["paths"]} == rules
    assert all(path in page for path in content["paths"])
    told = [each["operationId"] for path in content["paths"].values() for m, each in path.items() if m != "parameters"]
    assert len(told) == len(set(told)), "each is the name of a function in a client that a generator makes"
    for path, methods in content["paths"].items():
        for method, operation in methods.items():
            assert method == "parameters" or operation["summary"], path


def test_statistics_are_those_of_the_papers_with_rates_and_both_names(api):
    told = api.client.get(f"{V1}/sales/sale/statistics").json["total"]

    assert (told["listed"]["lots"], told["sold"]["lots"]) == (3, 2)
    assert (told["hammer_minor"], told["hammer"], told["mean"]) == (20_500_000, "205000.00", "102500.00")
    assert (told["premium"], told["sold_by_lot"], told["top_share"]) == ("2.50", "100.00", "51.22")
