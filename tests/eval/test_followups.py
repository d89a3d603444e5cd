"""Follow-ups are scored by what the search finds, against the written-out and the bare question."""

from eval.followups import TOP, evaluate

DIALOGUES = [
    {
        "id": "f1",
        "turns": ["装修几点可以施工？", "那周末呢"],
        "standalone": "周末装修的时间",
        "relevant": [["装修"], ["周末"]],
        "resets": False,
    },
    {
        "id": "f2",
        "turns": ["装修几点可以施工？", "停车怎么收费？"],
        "standalone": "停车怎么收费",
        "relevant": [["停车"]],
        "resets": True,
    },
]


def test_a_hit_is_any_right_passage_among_the_first_three() -> None:
    def search(question: str) -> list[str]:
        noise = ["别的"] * (TOP - 1)
        return [*noise, *(name for name in ("装修", "停车") if name in question)]

    scores = evaluate(DIALOGUES, search)
    assert scores.found == {"rewritten": 2, "standalone": 2, "bare": 1}
    assert scores.found_leaning == {"rewritten": 1, "standalone": 1, "bare": 0}
    assert (scores.dialogues, scores.leaning, scores.told_apart) == (2, 1, 2)
    assert scores.lost == ()


def test_what_only_the_written_out_question_finds_is_named_with_what_was_asked() -> None:
    scores = evaluate(DIALOGUES, lambda question: ["周末"] if "周末装修的" in question else [])
    assert scores.lost == (("f1", "周末装修几点可以施工"),)
