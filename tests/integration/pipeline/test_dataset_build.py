"""A dataset version: the same from the same examples, only approved ones, nothing leaking."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.analysis.quality.jargon import Glossary
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.build import BuiltDataset, DatasetSettings, EmptyDatasetError, build_dataset
from pipeline.dataset.diff import diff_versions
from pipeline.dataset.files import DatasetFilesError, check_files
from pipeline.dataset.golden import GoldenText
from pipeline.dataset.leakage import LeakageError
from pipeline.dataset.rows import RowError, read_rows
from pipeline.dataset.transfer import ImportReport, export_examples, import_rows, prepare_rows
from storage.database import migrate, open_database, reading, transaction
from storage.datasets import get_dataset_version
from storage.examples import ExampleStatus, list_examples, remove_author_examples
from storage.reviews import Decision, decide_example

WRITTEN_ON = date(2026, 6, 1)
Build = Callable[..., BuiltDataset]


@pytest.fixture
def build(
    engine: Engine, dataset_settings: DatasetSettings, analysis: Analysis, glossary: Glossary
) -> Build:
    def run(golden: tuple[GoldenText, ...] = (), **changes: Any) -> BuiltDataset:
        settings = dataset_settings.model_copy(update=changes)
        return build_dataset(engine, settings, analysis, glossary, golden)

    return run


def read_jsonl(built: BuiltDataset, name: str) -> list[dict[str, Any]]:
    lines = (built.folder / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_twice_is_the_same_and_one_more_is_only_that_one(
    engine: Engine, build: Build, make_row: Any, import_examples: Any
) -> None:
    import_examples([make_row(n) for n in range(30)])
    first = build()
    again = build()
    assert (again.version, again.fingerprint) == (first.version, first.fingerprint)
    assert first.is_new
    assert not again.is_new
    assert first.counts["splits"] == {"train": 27, "validation": 3}

    import_examples([make_row(30)])
    second = build()
    assert second.version == first.version + 1
    with reading(engine) as session:
        diff = diff_versions(session, first.version, second.version)
        added = [e.key for e in list_examples(session) if e.provenance["row_id"] == "row-0030"]
    assert list(diff.added) == added
    assert (diff.removed, diff.moved, diff.rewritten) == ((), (), ())


def test_fingerprint_does_not_depend_on_the_database(
    tmp_path: Path,
    build: Build,
    make_row: Any,
    import_examples: Any,
    dataset_settings: DatasetSettings,
    analysis: Analysis,
    glossary: Glossary,
) -> None:
    rows = [make_row(n) for n in range(12)]
    import_examples(rows)
    other = open_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    migrate(other)
    report = ImportReport()
    prepared = prepare_rows(reversed(rows), analysis, report)
    with transaction(other) as session:
        import_rows(session, prepared, report, reviewed_by="somebody else")
    elsewhere = dataset_settings.model_copy(update={"folder": tmp_path / "other"})
    built = build_dataset(other, elsewhere, analysis, glossary, ())
    other.dispose()
    assert built.fingerprint == build().fingerprint


def test_only_approved_examples_are_in(
    engine: Engine, build: Build, make_row: Any, import_examples: Any
) -> None:
    import_examples([make_row(n) for n in range(4)])
    import_examples([make_row(n) for n in range(4, 6)], reviewed_by="")
    assert build().counts["examples"] == 4
    with reading(engine) as session:
        waiting = [e.id for e in list_examples(session, status="candidate")]
    with transaction(engine) as session:
        decide_example(session, waiting[0], "reviewer-2", Decision.APPROVE)
        decide_example(session, waiting[1], "reviewer-2", Decision.REJECT, reasons=["wrong"])
    assert build().counts["examples"] == 5


def test_rejections_are_counted_and_explained(
    build: Build, make_row: Any, import_examples: Any
) -> None:
    good = make_row(1)
    copy = make_row(2, analysis=good.analysis, recommended_action=good.recommended_action)
    import_examples(
        [
            good,
            copy,
            make_row(3, analysis=make_row(3).analysis + " It lost 99 % of it."),
            make_row(4, recommended_action="Monitor the situation."),
            make_row(
                5,
                analysis="It fell after the release.",
                recommended_action="Product should pause it until Friday.",
                urgency="High. It costs accounts.",
            ),
            make_row(6, analysis=make_row(6).analysis + " Ask jane@example.com about it."),
            make_row(7, urgency="Soon."),
            make_row(8),
        ]
    )
    built = build()
    assert built.counts["examples"] == 2
    assert built.rejected == {
        "format": 1,
        "length": 1,
        "near_duplicate": 1,
        "no_concrete_action": 1,
        "personal_data": 1,
        "unproved_number": 1,
    }
    details = {r.reason: r.detail for r in built.rejections}
    assert "99 %" in details["unproved_number"]


def test_families_stay_whole_and_never_move(
    engine: Engine, build: Build, make_row: Any, import_examples: Any
) -> None:
    import_examples([make_row(n, family=f"fam-{n // 3}") for n in range(30)])
    build()
    import_examples([make_row(n, family=f"fam-{n % 20}") for n in range(30, 90)])
    built = build()
    sides: dict[str, set[str]] = {}
    for name in ("train", "validation"):
        for row in read_jsonl(built, f"{name}.jsonl"):
            sides.setdefault(row["family_id"], set()).add(name)
    assert all(len(side) == 1 for side in sides.values())
    with reading(engine) as session:
        assert diff_versions(session, 1, 2).moved == ()


def test_paraphrase_of_a_golden_case_fails_the_build(
    engine: Engine, build: Build, make_row: Any, import_examples: Any, analysis: Analysis
) -> None:
    planted = make_row(5, request=make_row(5).request.replace("What happened?", "Explain, please."))
    import_examples([make_row(n) for n in range(5)] + [planted])
    values = analysis.read(make_row(5).request, WRITTEN_ON).values
    golden = GoldenText("g-7", "A quite differently worded question about it", values, "")
    with pytest.raises(LeakageError, match="golden g-7") as raised:
        build(golden=(golden,))
    assert len(raised.value.leaks) == 1
    assert "row-0005" in raised.value.leaks[0].key
    with reading(engine) as session:
        assert get_dataset_version(session) is None


def test_files_are_what_trainers_read(build: Build, make_row: Any, import_examples: Any) -> None:
    datasets = pytest.importorskip("datasets")
    import_examples([make_row(n) for n in range(12)])
    built = build()
    rows = read_jsonl(built, "train.jsonl")
    assert [m["role"] for m in rows[0]["prompt"]] == ["system", "user"]
    assert rows[0]["completion"][0]["role"] == "assistant"
    assert rows[0]["completion"][0]["content"].startswith("Analysis:")
    loaded = datasets.load_dataset(str(built.folder), cache_dir=str(built.folder.parent / "cache"))
    assert {k: len(v) for k, v in loaded.items()} == built.counts["splits"]
    assert loaded["train"][0] == rows[0]
    card = (built.folder / "README.md").read_text(encoding="utf-8")
    assert "fewer than the 500" in card


def test_changed_files_are_noticed(build: Build, make_row: Any, import_examples: Any) -> None:
    import_examples([make_row(n) for n in range(3)])
    built = build()
    path = built.folder / "train.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(DatasetFilesError, match=r"train\.jsonl"):
        check_files(built.folder)
    with pytest.raises(DatasetFilesError, match=r"train\.jsonl"):
        build()


def test_changed_row_replaces_the_earlier_one(
    engine: Engine, build: Build, make_row: Any, import_examples: Any
) -> None:
    import_examples([make_row(n) for n in range(3)])
    build()
    report = import_examples([make_row(1, urgency="Low. It can wait for the review.")])
    assert (report.added, report.replaced) == (1, 1)
    built = build()
    assert built.counts["examples"] == 3
    with reading(engine) as session:
        diff = diff_versions(session, 1, 2)
    assert (len(diff.added), len(diff.removed)) == (1, 1)


def test_one_author_cannot_fill_the_dataset(
    engine: Engine, build: Build, make_row: Any, import_examples: Any
) -> None:
    import_examples([make_row(n) for n in range(8)])
    with transaction(engine) as session:
        for example in list_examples(session)[:6]:
            example.author_id = "U1"
            session.add(example)
    built = build(author_cap=2)
    assert built.counts["examples"] == 4
    assert built.rejected == {"author_cap": 4}


def test_corrections_give_preference_pairs_and_negatives_are_left_out(
    engine: Engine, build: Build, make_row: Any, import_examples: Any
) -> None:
    import_examples([make_row(n) for n in range(10)])
    with transaction(engine) as session:
        stored = list_examples(session)
        for example in stored[:9]:
            example.rejected_completion = "Analysis: a worse answer."
            session.add(example)
        stored[9].is_negative = True
        session.add(stored[9])
    built = build()
    assert built.rejected == {"negative": 1}
    pairs = read_jsonl(built, "preferences.jsonl")
    train = read_jsonl(built, "train.jsonl")
    assert [pair["example_id"] for pair in pairs] == [row["example_id"] for row in train]
    assert pairs[0]["chosen"] == train[0]["completion"]
    assert pairs[0]["rejected"][0]["content"] == "Analysis: a worse answer."


def test_removed_person_leaves_versions_explainable(
    engine: Engine, build: Build, make_row: Any, import_examples: Any
) -> None:
    import_examples([make_row(n) for n in range(6)])
    with transaction(engine) as session:
        mine = list_examples(session)[2]
        mine.author_id = "U1"
        session.add(mine)
    build()
    with transaction(engine) as session:
        assert remove_author_examples(session, "U1", "maintainer") == 1
    assert build().counts["examples"] == 5
    with reading(engine) as session:
        diff = diff_versions(session, 1, 2)
    assert (len(diff.removed), diff.added, diff.rewritten) == (1, (), ())


def test_export_is_read_back_as_known(
    engine: Engine, tmp_path: Path, make_row: Any, import_examples: Any
) -> None:
    import_examples([make_row(n) for n in range(4)])
    path = tmp_path / "out.jsonl"
    with reading(engine) as session:
        assert export_examples(session, path, status=ExampleStatus.APPROVED).total() == 4
        before = {e.key for e in list_examples(session)}
    rows = list(read_rows(path))
    report = import_examples(rows)
    assert (report.added, report.known) == (0, 4)
    with reading(engine) as session:
        assert {e.key for e in list_examples(session)} == before


def test_bad_lines_are_named_and_the_rest_is_read(tmp_path: Path, make_row: Any) -> None:
    path = tmp_path / "in.jsonl"
    good = make_row(1).model_dump_json()
    path.write_text(f'{good}\n{{broken\n{{"id": "x"}}\n[1]\n', encoding="utf-8")
    rows = list(read_rows(path))
    assert [type(row).__name__ for row in rows] == ["ExampleRow", *["RowError"] * 3]
    assert "in.jsonl line 2: not a JSON object" in str(rows[1])
    assert "line 3: family" in str(rows[2])
    with pytest.raises(RowError, match="There is no file"):
        list(read_rows(tmp_path / "absent.jsonl"))


def test_nothing_to_build_from_is_said(build: Build) -> None:
    with pytest.raises(EmptyDatasetError, match="no approved examples"):
        build()
