import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import kb.unigram
from kb.e5_weights import E5Weights, dequantise_q4, read_e5_weights
from kb.encoder import Encoder, OnnxEncoder, SentenceTransformerEncoder, load_encoder
from kb.errors import DownloadFailed, ModelUnavailable
from kb.models import cached_path, registry
from kb.unigram import Unigram

# One of each kind that the desk meets: short and long, clauses, dialect, traditional script,
# typos, numbers, mixed languages.
SENTENCES = (
    "电梯坏了",
    "二单元左边那部电梯停在七楼不动,里面有一位老人和一个孩子",
    "物业费是按建筑面积还是套内面积收的?",
    "停車場月租幾多錢,可唔可以網上交?",
    "厨房的水管突然爆了,水已经流到客厅,快点派人!!",
    "楼道灯报了三次都没有修,我要向住建局反映",
    "谢谢昨晚值班的保安师傅,帮我把行李搬上了楼",
    "建议在北门外面加一个遮雨棚",
    "业主逾期未缴纳物业服务费的,由管家上门了解原因并送达催缴通知",
    "第十二条 紧急诉求应当在十五分钟内联系报事人,三十分钟内到达现场",
    "唔该帮我睇下,屋企成日冇热水",
    "电踢又困人了",
    "2026年5月6日 9:15 受理,9:40 派单,10:20 到场,14:05 办结",
    "门禁卡丢了怎么补办,要带什么证件,多少钱一张",
    "地下二层有人给电动车充电,闻到一股烧焦的味道",
    "好的",
    "装修施工时间为工作日上午八点半到十二点、下午两点到六点,周末不得使用冲击钻",
    "WiFi 密码和 APP 登录都不行, please help",
    "投诉要先听完、先安抚,再说事情怎么办;当场不能解决的给出办结日期",
    "六楼的阳台外墙有一块砖松了，９～１２点之间风很大，怕砸到人",
)


@pytest.fixture(scope="module")
def encoder(e5_folder: Path) -> Encoder:
    """The encoder itself: nothing here is answered from vectors that were kept."""
    return load_encoder("multilingual-e5-small", e5_folder.parent)


@pytest.fixture(scope="module")
def weights(e5_folder: Path, model_cache: Path) -> E5Weights:
    assert e5_folder.is_dir()
    source = cached_path(registry()["multilingual-e5-small"].files[0], model_cache)
    if not source.is_file():
        pytest.skip(f"缓存里没有权重原件 {source}")
    return read_e5_weights(source)


@pytest.mark.slow
def test_int8_agrees_with_full_precision_on_twenty_sentences(
    encoder: Encoder, weights: E5Weights
) -> None:
    import torch

    from kb.onnx_export import build_encoder, build_tokenizer

    assert len(set(SENTENCES)) == 20
    tokenizer, reference = build_tokenizer(weights.tokenizer), build_encoder(weights)
    vectors = []
    for sentence in SENTENCES:
        ids = torch.tensor([tokenizer.encode("passage: " + sentence).ids])
        with torch.no_grad():
            vectors.append(reference(ids, torch.ones_like(ids))[0].numpy())
    cosines = (np.stack(vectors) * encoder.encode_passages(SENTENCES)).sum(axis=1)
    assert cosines.min() >= 0.98
    # and it is the same model, not a flattened one: the sentences keep their distances
    similarities = np.stack(vectors) @ np.stack(vectors).T
    rounded = encoder.encode_passages(SENTENCES) @ encoder.encode_passages(SENTENCES).T
    assert np.abs(similarities - rounded).max() < 0.03


def test_normalisation_is_the_files_own_for_every_code_point(weights: E5Weights) -> None:
    from kb.onnx_export import build_tokenizer

    normalise = build_tokenizer(weights.tokenizer).normalizer.normalize_str
    table = weights.tokenizer.normalisation
    # the map's own entries, and what Chinese text is made of
    latin, han, full_width = range(0x20, 0x3100), range(0x4E00, 0xA000), range(0xFF00, 0xFFF0)
    for code_point in {*table, *latin, *han, *full_width}:
        character = chr(code_point)
        expected = table.get(code_point, character)
        assert normalise(character).strip() == expected.strip(), hex(code_point)


def test_the_quick_tokenizer_gives_the_ids_of_the_library(
    weights: E5Weights, e5_folder: Path
) -> None:
    from kb.onnx_export import build_tokenizer

    library, quick = build_tokenizer(weights.tokenizer), Unigram.load(e5_folder, 512)
    library.enable_truncation(512)
    content = sorted((Path(kb.unigram.__file__).parent / "content").rglob("*.md"))
    documents = [path.read_text(encoding="utf-8") for path in content]
    lines = [line for document in documents for line in document.splitlines()]
    for text in ("", " ", *SENTENCES, *documents, *lines, *random_texts(2000)):
        assert quick.encode(text) == library.encode(text).ids, text


def random_texts(count: int) -> list[str]:
    """Scripts mixed with blanks, marks that combine, controls, pictures and unknown characters."""
    ranges = (
        (0x20, 0x7E),
        (0x4E00, 0x9FFF),
        (0x01, 0x250),
        (0x300, 0x36F),
        (0x1100, 0x11FF),
        (0x2000, 0x206F),
        (0x3000, 0x30FF),
        (0xAC00, 0xD7A3),
        (0xFF00, 0xFFEF),
        (0x1F300, 0x1F6FF),
        (0x20000, 0x2A6DF),
    )
    chance = random.Random(7)
    return [
        "".join(chr(chance.randint(*chance.choice(ranges))) for _ in range(chance.randrange(80)))
        for _ in range(count)
    ]


def test_vectors_are_float32_rows_of_unit_length(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(SENTENCES)
    assert vectors.shape == (20, encoder.dimension) == (20, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)
    assert encoder.encode_passages([]).shape == (0, 384)


def test_a_vector_depends_neither_on_its_neighbours_nor_on_their_order(encoder: Encoder) -> None:
    together = encoder.encode_passages(SENTENCES)
    backwards = encoder.encode_passages(SENTENCES[::-1])[::-1]
    alone = np.concatenate([encoder.encode_passages([sentence]) for sentence in SENTENCES])
    assert (together == backwards).all()
    assert (together == alone).all()


def test_questions_and_passages_get_prefixes_of_their_own(encoder: Encoder) -> None:
    assert not np.allclose(encoder.encode_queries(["停水"]), encoder.encode_passages(["停水"]))


def test_the_passage_that_answers_comes_first(encoder: Encoder) -> None:
    passages = [
        "地下车位管理费每月八十元,地面车位每月一百八十元",
        "被困电梯时请保持镇定,按住报警按钮,不要强行扒门",
        "门禁卡每户首次免费三张,补办每张二十元",
    ]
    questions = ["车位一个月多少钱", "困在电梯里怎么办", "门卡丢了想再办一张"]
    scores = encoder.encode_queries(questions) @ encoder.encode_passages(passages).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_text_past_the_limit_is_cut_and_empty_text_is_encoded(encoder: Encoder) -> None:
    long = "电梯困人" * 5000
    vectors = encoder.encode_passages([long, long + "结尾不同", ""])
    assert (vectors[0] == vectors[1]).all()
    assert np.isfinite(vectors).all()


def test_progress_counts_every_passage(encoder: Encoder) -> None:
    counts: list[int] = []
    encoder.encode_passages(SENTENCES, counts.append)
    assert counts == list(range(1, 21))


def test_the_name_tells_model_precision_and_content(encoder: Encoder, e5_folder: Path) -> None:
    assert encoder.name.startswith("multilingual-e5-small@int8-")
    assert OnnxEncoder(e5_folder, threads=1).name == encoder.name


def test_loading_the_default_encoder_imports_no_heavy_library(e5_folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kb.encoder import load_encoder;"
        f"e = load_encoder('multilingual-e5-small', Path({str(e5_folder.parent)!r}));"
        "e.encode_queries(['停水了']);"
        "print([m for m in ('torch', 'transformers', 'sklearn', 'chromadb') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_a_missing_model_is_answered_with_the_command_that_brings_it(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="guanjia models pull multilingual-e5-small"):
        load_encoder("multilingual-e5-small", tmp_path)


def test_an_unknown_encoder_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"没有名为 word2vec 的编码模型.*multilingual-e5"):
        load_encoder("word2vec", tmp_path)


def test_a_language_model_is_no_encoder(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="没有名为 qwen"):
        load_encoder("qwen2.5-coder-0.5b-instruct-q4_k_m", tmp_path)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"无法用 sentence-transformers 打开模型"):
        load_encoder(str(tmp_path), tmp_path)


def test_a_weights_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(DownloadFailed, match=r"weights.bin 不是 E5S1 格式"):
        read_e5_weights(path)


def test_a_weights_file_that_ends_early_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"E5S1" + bytes(20))
    with pytest.raises(DownloadFailed, match=r"weights.bin 内容不完整或已损坏"):
        read_e5_weights(path)


def test_q4_blocks_hold_low_nibbles_first_and_are_centred_on_eight() -> None:
    scale = np.array([0.5], dtype=np.float16).tobytes()
    nibbles = bytes([0x80 | 0x0F, *([0x88] * 15)])
    weights = dequantise_q4(scale + nibbles, 32)
    assert weights[0] == (15 - 8) * 0.5
    assert (weights[1:] == 0).all()


@pytest.mark.slow
def test_sentence_transformers_serves_another_model_behind_the_same_protocol(
    minilm_folder: Path,
) -> None:
    encoder: Encoder = load_encoder("all-MiniLM-L6-v2", minilm_folder.parent)
    passages = ["The parking fee is eighty yuan a month.", "Lift repair", "Keep calm. " * 400]
    counts: list[int] = []
    vectors = encoder.encode_passages(passages, counts.append)
    assert vectors.shape == (3, encoder.dimension) == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert counts == [3]
    assert (encoder.encode_queries(["How much is parking?"]) @ vectors.T).argmax() == 0
    assert encoder.encode_queries([]).shape == (0, 384)
    prefixed = SentenceTransformerEncoder(minilm_folder, "query: ", "passage: ")
    assert prefixed.name != encoder.name
    assert prefixed.name.startswith("all-MiniLM-L6-v2@fp32-")
    assert not np.allclose(prefixed.encode_passages(passages), vectors, atol=1e-3)
