"""Text in the encodings that Chinese files come in."""

import pytest

from ingest.encoding import decode
from ingest.errors import DamagedFile

SIMPLIFIED = "电梯困人时先安抚乘客,不要扒门。物业服务中心三分钟内派人到场。"
TRADITIONAL = "電梯困人時先安撫乘客,不要扒門。物業服務中心三分鐘內派人到場。"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_simplified_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert decode(SIMPLIFIED.encode(encoding))[0] == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030", "utf-16"])
def test_traditional_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding))[0] == TRADITIONAL


@pytest.mark.parametrize("text", ["装修垃圾清运", "报修后十五分钟内联系", "临时停车收费"])
def test_a_line_of_a_few_characters_in_gbk_is_not_taken_for_big5(text: str) -> None:
    assert decode(text.encode("gbk")) == (text, "gb18030")


@pytest.mark.parametrize("text", ["裝修垃圾清運", "物業管理費怎麼算"])
def test_a_line_of_a_few_characters_in_big5_is_not_taken_for_gbk(text: str) -> None:
    assert decode(text.encode("big5")) == (text, "big5hkscs")


def test_windows_line_ends_become_line_feeds() -> None:
    assert decode("一\r\n二\r三".encode())[0] == "一\n二\n三"


def test_a_text_cut_in_the_middle_of_a_character_loses_only_that_character() -> None:
    data = (SIMPLIFIED * 20).encode()[:-1]
    text, _ = decode(data)
    assert text == (SIMPLIFIED * 20)[:-1]


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + bytes(range(256)), bytes(range(256)) * 8])
def test_bytes_that_are_no_text_are_refused_with_one_line(data: bytes) -> None:
    with pytest.raises(DamagedFile) as caught:
        decode(data)
    assert "\n" not in str(caught.value)
