"""Exports of patent databases in their public formats: each patent becomes a lot, and the database is named."""

import pytest

from auction.catalogue.reading import read_catalogue

EXPORTS = {
    "PatSnap": (
        "序号,公开(公告)号,标题,[标]当前申请(专利权)人,发明人,申请日,公开(公告)日,简单法律状态,IPC主分类号\n"
        "1,CN109522960A,一种装置,某大学,甲,2018-11-28,2019-03-26,有效,G06K9/62\n",
        ("CN109522960A", "某大学", "2018-11-28"),
    ),
    "incoPat": (
        "序号,标题 (中文),申请号,公开（公告）号,申请人,申请日,公开（公告）日,专利类型\n"
        "1,一种装置,CN201811564288.X,CN109522960A,某大学,20181128,20190326,发明申请\n",
        ("CN109522960A", "某大学", "2018-11-28"),
    ),
    "CNIPR": (
        "申请号,名称,公开（公告）号,申请（专利权）人,发明（设计）人,申请日,公开（公告）日\n"
        "CN201811564288.X,一种装置,CN109522960A,某大学,甲;乙,2018.11.28,2019.03.26\n",
        ("CN109522960A", "某大学", "2018-11-28"),
    ),
    "Google Patents": (
        "search URL:,https://patents.google.com/?q=x\n"
        "id,title,assignee,inventor/author,priority date,filing/creation date,publication date,grant date,result link,"
        "representative figure link\n"
        "CN-109522960-A,A device,Some University,Somebody,2018-11-28,2018-11-28,2019-03-26,,https://x,\n",
        ("CN109522960A", "Some University", "2018-11-28"),
    ),
    "WIPO PATENTSCOPE": (
        "Application Id,Application Number,Application Date,Publication Number,Publication Date,Title,Applicants\n"
        "CN1,PCT/CN2018/101234,28.11.2018,WO/2019/123456,26.03.2019,A device,Some University\n",
        ("PCT/CN2018/101234", "Some University", "2018-11-28"),
    ),
    "Derwent Innovation": (
        "Publication Number,Title,Title - DWPI,Assignee/Applicant,Application Date,Publication Date\n"
        "CN109522960A,A device,Device has pump,Some University,2018-11-28,2019-03-26\n",
        ("CN109522960A", "Some University", "2018-11-28"),
    ),
    "Lens": (
        "#,Jurisdiction,Kind,Display Key,Lens ID,Publication Date,Application Number,Application Date,Title,"
        "Applicants\n"
        "7,CN,A,CN 109522960 A,1-2-3,2019-03-26,CN 201811564288 A,2018-11-28,A device,Some University\n",
        ("CN109522960A", "Some University", "2018-11-28"),
    ),
    "Espacenet": (
        "No,Title,Inventors,Applicants,Publication number,Earliest priority,IPC,CPC,Publication date,"
        "Earliest publication,Family number\n"
        "1,A device,SOMEBODY,SOME UNIVERSITY [CN],CN109522960A,2018-11-28,G06K9/62,,2019-03-26,2019-03-26,6\n",
        ("CN109522960A", "SOME UNIVERSITY [CN]", "None"),
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_named_and_read(name: str) -> None:
    text, (number, consignor, filed) = EXPORTS[name]
    found = read_catalogue(text.encode("utf-8-sig"), "export.csv", "CNY")
    (draft,) = found.lots

    assert found.errors == ()
    assert [each.params["name"] for each in found.warnings if each.code == "ORIGIN"] == [name]
    assert (draft.lot, draft.title_zh or draft.title_en) == ("1", "一种装置" if "装置" in text else "A device")
    assert (draft.patents[0].number, draft.consignor, str(draft.patents[0].filing_date)) == (number, consignor, filed)
    assert len(draft.patents) == 1
