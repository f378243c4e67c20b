"""Prefectures, cities, postal codes and departments: one case a line."""

import pytest

from identity.departments import normalise_department
from identity.places import (
    city_of_address,
    normalise_postal_code,
    normalise_prefecture,
    prefecture_of_phone,
)


@pytest.mark.parametrize(
    ("prefecture", "postal_code", "address", "expected"),
    [
        ("東京都", None, None, "東京都"),
        ("東京", None, None, "東京都"),
        ("Tokyo", None, None, "東京都"),
        ("Osaka-fu", None, None, "大阪府"),
        ("北海道", None, None, "北海道"),
        (None, "060-0001", None, "北海道"),
        (None, "〒530-0001", None, "大阪府"),
        (None, "600001.0", None, "北海道"),
        (None, "498-0001", None, "三重県"),
        (None, None, "〒530-0001 大阪府大阪市北区", "大阪府"),
        (None, None, "京都府京都市", "京都府"),
        (None, None, "港区芝1-1", None),
        ("東京 ", None, None, "東京都"),
        ("ＴＯＫＹＯ", None, None, "東京都"),
        ("Tokyo-to", None, None, "東京都"),
        ("Kyoto", None, None, "京都府"),
        ("Hokkaido", None, None, "北海道"),
        ("Kumamoto", None, None, "熊本県"),
        ("Gifu", None, None, "岐阜県"),
        ("Aichi Prefecture", None, None, "愛知県"),
        ("神奈川", None, None, "神奈川県"),
        ("神奈川県横浜市", None, None, "神奈川県"),
        ("大阪府", "100-0001", "東京都千代田区", "大阪府"),
        (None, "100-0001", "大阪府大阪市", "大阪府"),
        (None, "817-0001", None, "長崎県"),
        (None, "811-5101", None, "長崎県"),
        (None, "811-0101", None, "福岡県"),
        (None, "871-0811", None, "福岡県"),
        (None, "871-0001", None, "大分県"),
        (None, "618-0001", None, "大阪府"),
        (None, "618-0071", None, "京都府"),
        (None, "900-0001", None, "沖縄県"),
        (None, "９８０－０００１", None, "宮城県"),
        (None, None, "日本、東京都", None),
        (None, None, "日本 東京都港区", "東京都"),
        ("?", "000-0000", "", None),
        ("中央", None, None, None),
        ("Japan", None, None, None),
        ("x" * 100_000, "1" * 100_000, "東" * 100_000, None),
        (None, None, None, None),
    ],
)
def test_the_prefecture_is_found(prefecture, postal_code, address, expected):
    assert normalise_prefecture(prefecture, postal_code, address) == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("100-0001", "1000001"),
        ("〒１００－０００１", "1000001"),
        ("600001", "0600001"),
        ("100 0001", "1000001"),
        ("100‐0001", "1000001"),
        ("1000001.0", "1000001"),
        ("10000011", None),
        ("SW1A 1AA", None),
        ("", None),
        (None, None),
        ("12", None),
    ],
)
def test_postal_codes(written, code):
    assert normalise_postal_code(written) == code


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+81300001234", "東京都"),
        ("+81600001234", "大阪府"),
        ("+81520001234", "愛知県"),
        ("+819000001234", None),
        ("+81420001234", None),
        (None, None),
        ("+16505550100", None),
    ],
)
def test_an_area_code_tells_the_prefecture_where_it_serves_one(number, expected):
    assert prefecture_of_phone(number) == expected


@pytest.mark.parametrize(
    ("address", "city"),
    [
        ("東京都千代田区丸の内1-1", "千代田区"),
        ("東京都港区芝公園", "港区"),
        ("東京都新宿区市谷本村町1", "新宿区"),
        ("東京都中央区", "中央区"),
        ("東京都町田市原町田1", "町田市"),
        ("東京都武蔵村山市", "武蔵村山市"),
        ("東京都東村山市本町", "東村山市"),
        ("東京都羽村市", "羽村市"),
        ("東京都八丈町", "八丈町"),
        ("東京都西多摩郡日の出町", "西多摩郡日の出町"),
        ("〒530-0001 大阪府 大阪市北区梅田1-1", "大阪市北区"),
        ("大阪府堺市堺区", "堺市堺区"),
        ("神奈川県横浜市西区みなとみらい", "横浜市西区"),
        ("愛知県名古屋市中村区", "名古屋市中村区"),
        ("愛知県蒲郡市港町", "蒲郡市"),
        ("三重県四日市市諏訪町", "四日市市"),
        ("広島県廿日市市", "廿日市市"),
        ("石川県野々市市", "野々市市"),
        ("千葉県市川市市川1", "市川市"),
        ("千葉県市原市", "市原市"),
        ("新潟県十日町市", "十日町市"),
        ("長野県大町市", "大町市"),
        ("長崎県大村市", "大村市"),
        ("福島県郡山市大町1", "郡山市"),
        ("奈良県大和郡山市北郡山町", "大和郡山市"),
        ("岐阜県郡上市", "郡上市"),
        ("福岡県小郡市", "小郡市"),
        ("北海道虻田郡倶知安町", "虻田郡倶知安町"),
        ("北海道余市郡余市町", "余市郡余市町"),
        ("群馬県佐波郡玉村町", "佐波郡玉村町"),
        ("宮城県柴田郡村田町", "柴田郡村田町"),
        ("港区芝1-1", "港区"),
        ("芝公園町1-1", None),
        ("東京都", None),
        ("1-2-3", None),
        ("", None),
        (None, None),
        ("東京都" + "あ" * 100_000, None),
    ],
)
def test_the_city_is_what_stands_behind_the_prefecture(address, city):
    assert city_of_address(address) == city


@pytest.mark.parametrize(
    ("written", "department"),
    [
        ("営業部", "営業部"),
        ("営業部 ", "営業部"),
        ("営業本部　営業部", "営業本部営業部"),
        ("営業本部/営業部", "営業本部営業部"),
        ("営業部 部長", "営業部"),
        ("営業部長", "営業部"),
        ("営業部 課長代理", "営業部"),
        ("第一営業部", "1営業部"),
        ("第1営業部", "1営業部"),
        ("１営業部", "1営業部"),
        ("一営業部", "1営業部"),
        ("営業一課", "営業1課"),
        ("ＩＴ推進室", "it推進室"),
        ("IT推進室長", "it推進室"),
        ("ＤＸ推進部・企画課", "dx推進部企画課"),
        ("Sales Dept.", "salesdept."),
        ("SALES DEPT.", "salesdept."),
        ("部長", None),
        ("代表取締役", None),
        ("-", None),
        ("なし", None),
        ("不明", None),
        ("", None),
        (None, None),
        ("\x00", None),
    ],
)
def test_a_department_has_one_spelling(written, department):
    assert normalise_department(written) == department
