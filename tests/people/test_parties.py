"""Names of consignors: a cell becomes names, look-alikes are one, and what cannot be told is said to be unclear."""

import pytest

from auction.people.parties import fold, parse_identity, parse_uscc, parties_of


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("示例研究所", ["示例研究所"]),
        ("甲研究所；乙大学", ["甲研究所", "乙大学"]),
        ("甲研究所;乙大学;", ["甲研究所", "乙大学"]),
        ("张三、李四", ["张三", "李四"]),
        ("甲公司\n乙公司", ["甲公司", "乙公司"]),
        ("甲公司,乙公司，丙研究院", ["甲公司", "乙公司", "丙研究院"]),
        ("甲公司；甲 公司", ["甲公司"]),
        ("Acme Co., Ltd.", ["Acme Co., Ltd."]),
        ("Acme, Inc.", ["Acme, Inc."]),
        ("Acme Pte. Ltd.; Beta, S.A.", ["Acme Pte. Ltd.", "Beta, S.A."]),
        ("平安与健康研究所", ["平安与健康研究所"]),
        ("中国石油和化工研究院", ["中国石油和化工研究院"]),
        ("槿和医疗器械研究所（虚构）", ["槿和医疗器械研究所（虚构）"]),
    ],
)
def test_08_05_names_are_parted_where_that_is_certain(text, names):
    found = parties_of(text)
    assert [party.name for party in found] == names
    assert all(party.sure for party in found)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Acme, Beta", ["Acme, Beta", "Acme", "Beta"]),
        ("张三,李四", ["张三,李四", "张三", "李四"]),
        ("张三和李四", ["张三和李四", "张三", "李四"]),
        ("甲公司与乙公司", ["甲公司与乙公司", "甲公司", "乙公司"]),
        ("Bell & Howell", ["Bell & Howell", "Bell", "Howell"]),
        ("甲公司等3人", ["甲公司等3人"]),
        ("Acme et al.", ["Acme et al."]),
    ],
)
def test_08_05_what_cannot_be_told_is_unclear_and_every_reading_counts(text, names):
    found = parties_of(text)
    assert [party.name for party in found] == names
    assert not any(party.sure for party in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Co., Ltd.", "Acmе Со.,Ltd"),
        ("ＡＣＭＥ", "acme"),
        ("Lοndοn", "LONDON"),
        ("Lab 1", "Lab l"),
        ("Mod 0", "MOD O"),
        ("甲 研究所", "甲研究所"),
        ("甲（北京）公司", "甲(北京)公司"),
        ("河北工大", "河北エ大"),
        ("Acme\u200b", "Acme"),
    ],
)
def test_08_05_names_that_look_alike_are_one(one, other):
    assert one != other
    assert fold(one) == fold(other) != ""


@pytest.mark.parametrize(("one", "other"), [("甲公司", "乙公司"), ("Acme", "Acne"), ("Müller", "Muller"), ("A1", "A2")])
def test_names_that_look_different_are_two(one, other):
    assert fold(one) != fold(other)


# --- credit codes ---


@pytest.mark.parametrize(
    "code",
    ["9144030071526726XG", "914403001922038216", "91330100799655058B", "91110000802100433B", "911101085923662400"],
)
def test_a_real_credit_code_is_valid_however_it_is_written(code: str) -> None:
    assert parse_uscc(code) == code
    assert parse_uscc(f" {code[:9].lower()} {code[9:].lower()}") == code


@pytest.mark.parametrize(
    "code", ["", "914403001922038217", "91440300192203821", "9144030019220382160", "91440300192203821I", "信用代码"]
)
def test_a_credit_code_with_a_wrong_character_is_none(code: str) -> None:
    assert parse_uscc(code) is None


def test_two_swapped_digits_of_a_credit_code_are_noticed() -> None:
    assert parse_uscc("914403009122038216") is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 91330100 799655058b ", "91330100799655058B"),
        ("11010519491231002X", "11010519491231002X"),
        ("110105194912310021", None),
        ("91330100799655059B", None),
        ("E 12345678", "E 12345678"),
    ],
)
def test_an_identity_number_is_kept_unless_its_check_character_is_wrong(typed: str, kept: str | None) -> None:
    assert parse_identity(typed) == kept
