"""Who acts on what a property company cannot act on."""

import json

import pytest

from assistant.scope import authority_codes, find_authority
from assistant.training_examples import EXAMPLES


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我家孩子明年上小学，学区划到哪个学校", "education"),
        ("房产证拖了三年还没办下来", "property_registry"),
        ("331路公交车怎么改线了，站牌也没写", "transit"),
        ("公积金提取要哪些材料", "housing_fund"),
        ("門口嗰條馬路成日有人擺攤佔道", "urban_management"),
        ("今天天气怎么样", "other"),
    ],
)
def test_the_authority_follows_from_the_words(text: str, code: str) -> None:
    assert find_authority(text).code == code


def test_every_authority_has_a_name_and_a_way_to_reach_it() -> None:
    for text in ("学区", "房产证", "公交", "没有任何线索"):
        authority = find_authority(text)
        assert authority.label
        assert any(character.isdigit() for character in authority.contact)


def test_the_examples_name_authorities_of_the_table_and_most_are_found() -> None:
    right = total = 0
    for path in sorted(EXAMPLES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "authority" not in row:
                continue
            assert row["authority"] in authority_codes(), row
            total += 1
            right += find_authority(row["text"]).code == row["authority"]
    assert total >= 300
    assert right / total >= 0.75
