"""The plan: what is new, changed, moved, the same, or in conflict."""

from ingest.plan import Action, KnownDocument, Plan, ScannedSource, plan


def actions(found: Plan) -> dict[str, tuple[str, Action]]:
    return {item.key: (item.document_id, item.action) for item in found.sources}


def known(*documents: KnownDocument) -> dict[str, KnownDocument]:
    return {document.id: document for document in documents}


def test_a_new_source_is_added_with_an_id_from_its_key() -> None:
    (item,) = plan([ScannedSource("a/x.md", "h1")], {}).sources
    assert item.action is Action.ADD
    assert item.document_id.startswith("doc-")
    assert len(item.document_id) == len("doc-") + 12
    assert plan([ScannedSource("a/x.md", "h2")], {}).sources[0].document_id == item.document_id


def test_the_declared_id_is_the_documents_id() -> None:
    found = plan([ScannedSource("a/x.md", "h1", "pol-x")], {})
    assert actions(found) == {"a/x.md": ("pol-x", Action.ADD)}


def test_the_same_content_at_the_same_place_is_unchanged() -> None:
    before = known(KnownDocument("doc-1", "a/x.md", "h1"))
    assert actions(plan([ScannedSource("a/x.md", "h1")], before)) == {
        "a/x.md": ("doc-1", Action.UNCHANGED)
    }


def test_other_content_at_the_same_place_is_an_update() -> None:
    before = known(KnownDocument("doc-1", "a/x.md", "h1"))
    assert actions(plan([ScannedSource("a/x.md", "h2")], before)) == {
        "a/x.md": ("doc-1", Action.UPDATE)
    }


def test_the_same_content_at_another_place_is_renamed_and_keeps_its_id() -> None:
    before = known(KnownDocument("doc-1", "a/x.md", "h1"))
    assert actions(plan([ScannedSource("a/y.md", "h1")], before)) == {
        "a/y.md": ("doc-1", Action.RENAMED)
    }


def test_a_declared_id_at_another_place_is_renamed_or_updated() -> None:
    before = known(KnownDocument("pol-x", "a/x.md", "h1"))
    assert actions(plan([ScannedSource("b/x.md", "h1", "pol-x")], before)) == {
        "b/x.md": ("pol-x", Action.RENAMED)
    }
    assert actions(plan([ScannedSource("b/x.md", "h2", "pol-x")], before)) == {
        "b/x.md": ("pol-x", Action.UPDATE)
    }


def test_a_copy_beside_its_original_is_reported_and_the_original_stays() -> None:
    before = known(KnownDocument("doc-1", "a/x.md", "h1"))
    found = plan([ScannedSource("a/copy.md", "h1"), ScannedSource("a/x.md", "h1")], before)
    assert actions(found) == {"a/x.md": ("doc-1", Action.UNCHANGED)}
    assert [failure.source for failure in found.conflicts] == ["a/copy.md"]
    assert "完全相同" in found.conflicts[0].message


def test_two_sources_with_one_id_are_a_conflict_that_names_both() -> None:
    sources = [ScannedSource("a/x.md", "h1", "pol-x"), ScannedSource("a/y.md", "h2", "pol-x")]
    found = plan(sources, {})
    assert actions(found) == {"a/x.md": ("pol-x", Action.ADD)}
    (conflict,) = found.conflicts
    assert conflict.source == "a/y.md"
    assert "a/x.md" in conflict.message
    assert "pol-x" in conflict.message


def test_a_new_file_at_the_old_place_of_a_renamed_one_gets_an_id_of_its_own() -> None:
    first = plan([ScannedSource("a/x.md", "h1")], {}).sources[0].document_id
    before = known(KnownDocument(first, "a/y.md", "h1"))
    found = actions(plan([ScannedSource("a/x.md", "h2"), ScannedSource("a/y.md", "h1")], before))
    assert found["a/y.md"] == (first, Action.UNCHANGED)
    assert found["a/x.md"][0] != first
    assert found["a/x.md"][1] is Action.ADD


def test_known_documents_that_are_not_among_the_sources_are_left_alone() -> None:
    before = known(KnownDocument("doc-1", "b/other.md", "h9"))
    assert actions(plan([ScannedSource("a/x.md", "h1", "pol-x")], before)) == {
        "a/x.md": ("pol-x", Action.ADD)
    }
