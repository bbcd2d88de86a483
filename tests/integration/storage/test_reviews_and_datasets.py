"""Reviews and datasets: one reviewer per item, no self-approval, only approved rows trained on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from storage import datasets, examples, reviews
from storage.audit import list_audit
from storage.columns import utc_now
from storage.database import reading, transaction
from storage.errors import ConflictError
from storage.examples import Example, ExampleStatus

pytestmark = pytest.mark.integration


def add(session: Any, key: str, **fields: Any) -> Example:
    example = Example(key=key, origin="correction", **{"family_id": f"family-{key}", **fields})
    return examples.add_example(session, example)[0]


def test_a_key_is_added_once(engine: Engine) -> None:
    with transaction(engine) as session:
        row = Example(key="k", origin="import", family_id="f", completion="first")
        assert examples.add_example(session, row)[1]
        repeat = Example(key="k", origin="import", family_id="f", completion="second")
        stored, is_new = examples.add_example(session, repeat)
        assert (stored.completion, is_new) == ("first", False)


def test_reviewers_at_once_get_different_items(engine: Engine, race: Any) -> None:
    with transaction(engine) as session:
        for number in range(4):
            add(session, str(number))
    handed = race(*[lambda s, r=f"R{n}": reviews.lease_next_example(s, r) for n in range(6)])
    ids = [example.id for example in handed if example is not None]
    assert len(ids) == len(set(ids))
    assert 1 <= len(ids) <= 4
    with transaction(engine) as session:
        for number in range(6):
            reviews.lease_next_example(session, f"R{number}")
        held = [row.leased_by for row in examples.list_examples(session)]
    assert len(set(held)) == 4


def test_the_queue_gives_the_most_valuable_first_and_the_held_one_again(engine: Engine) -> None:
    with transaction(engine) as session:
        add(session, "low")
        high = add(session, "high", priority=9)
        first = reviews.lease_next_example(session, "R1")
        again = reviews.lease_next_example(session, "R1")
        assert first is not None
        assert again is not None
        assert first.id == again.id == high.id


def test_an_abandoned_item_returns_when_its_lease_ends(engine: Engine) -> None:
    now = utc_now()
    with transaction(engine) as session:
        add(session, "k")
        assert reviews.lease_next_example(session, "R1", lease_seconds=60, now=now) is not None
        soon, late = now + timedelta(seconds=59), now + timedelta(seconds=61)
        assert reviews.lease_next_example(session, "R2", now=soon) is None
        assert reviews.lease_next_example(session, "R2", now=late) is not None


def test_skipped_and_own_items_do_not_come(engine: Engine) -> None:
    with transaction(engine) as session:
        skipped = add(session, "a")
        add(session, "mine", author_id="R1")
        reviews.decide_example(session, skipped.id, "R1", "skip")
        assert reviews.lease_next_example(session, "R1") is None
        own = reviews.lease_next_example(session, "R1", allow_own=True)
        assert own is not None
        assert own.key == "mine"
        other = reviews.lease_next_example(session, "R2")
        assert other is not None
        assert other.key == "a"


def test_nobody_approves_their_own_or_anothers_held_item(engine: Engine) -> None:
    with transaction(engine) as session:
        own = add(session, "mine", author_id="R1")
        with pytest.raises(ConflictError, match="own"):
            reviews.decide_example(session, own.id, "R1", "approve")
        with pytest.raises(ConflictError, match="own"):
            reviews.decide_example(session, own.id, "R1", "edit", completion="better")
        reviews.lease_next_example(session, "R2")
        with pytest.raises(ConflictError, match="R2"):
            reviews.decide_example(session, own.id, "R3", "reject")
        rejected = reviews.decide_example(session, own.id, "R2", "reject", reasons=["vague"])
        assert (rejected.status, rejected.reasons) == (ExampleStatus.REJECTED, ["vague"])


def test_a_decision_is_made_once_and_audited(engine: Engine) -> None:
    with transaction(engine) as session:
        row = add(session, "k", completion="It fell.")
        edited = reviews.decide_example(
            session, row.id, "R1", "edit", completion="It fell by 11 pp.", sections={"a": "x"}
        )
        reviews.decide_example(session, row.id, "R1", "edit", completion="It fell by 11 pp.")
        assert (edited.status, edited.completion) == (ExampleStatus.APPROVED, "It fell by 11 pp.")
        decisions = reviews.list_review_decisions(session, row.id)
        assert [decision.completion_before for decision in decisions] == ["It fell."]
        assert len(list_audit(session, action="example.decide")) == 1
        with pytest.raises(ConflictError, match="already"):
            reviews.decide_example(session, row.id, "R2", "reject")
        with pytest.raises(ValueError, match="only then"):
            reviews.decide_example(session, row.id, "R1", "approve", completion="x")


def test_two_reviewers_deciding_at_once_leave_one_decision(engine: Engine, race: Any) -> None:
    with transaction(engine) as session:
        row = add(session, "k")

    def decide(reviewer: str, decision: str) -> Any:
        def job(session: Any) -> bool:
            try:
                reviews.decide_example(session, row.id, reviewer, decision)
            except ConflictError:
                return False
            return True

        return job

    assert sorted(race(decide("R1", "approve"), decide("R2", "reject"))) == [False, True]
    with reading(engine) as session:
        assert len(reviews.list_review_decisions(session, row.id)) == 1


def approved(session: Any, key: str, **fields: Any) -> int:
    row = add(session, key, **fields)
    reviews.decide_example(session, row.id, "reviewer", "approve")
    return row.id


def test_a_dataset_holds_only_what_was_approved(engine: Engine) -> None:
    with transaction(engine) as session:
        good, bad = approved(session, "good"), add(session, "bad").id
        with pytest.raises(ConflictError, match=f"first being {bad}"):
            datasets.create_dataset_version(
                session, fingerprint="f", members=[(good, "train"), (bad, "train")], counts={}
            )
        assert datasets.get_dataset_version(session) is None


def test_an_approval_is_taken_back_once_and_kept_out_of_datasets(engine: Engine) -> None:
    with transaction(engine) as session:
        waiting = add(session, "waiting")
        with pytest.raises(ConflictError, match="only an approved one"):
            reviews.withdraw_example(session, waiting.id, "R2", "leak")
        approved_id = approved(session, "k")
        for _ in range(2):
            row = reviews.withdraw_example(session, approved_id, "R2", "leak")
        assert (row.status, row.reasons, row.reviewer) == (ExampleStatus.REJECTED, ["leak"], "R2")
        assert len(list_audit(session, action="example.withdraw")) == 1
        decisions = reviews.list_review_decisions(session, approved_id)
        assert [str(decision.decision) for decision in decisions] == ["approve", "reject"]


def test_a_fingerprint_is_one_version_and_versions_count_up(engine: Engine, race: Any) -> None:
    with transaction(engine) as session:
        ids = [approved(session, str(number)) for number in range(5)]
    members = [(example_id, "train") for example_id in ids[:4]] + [(ids[4], "validation")]

    def build(fingerprint: str) -> Any:
        return lambda session: (
            datasets.create_dataset_version(
                session, fingerprint=fingerprint, members=members, counts={"train": 4}
            ).version
        )

    versions = race(*[build(fingerprint) for fingerprint in "aabbcc"])
    assert sorted(versions) == [1, 1, 2, 2, 3, 3]
    with reading(engine) as session:
        newest = datasets.get_dataset_version(session)
        assert newest is not None
        assert newest.version == 3
        validation = datasets.list_dataset_examples(session, 3, "validation")
        assert [(example.id, split) for example, split in validation] == [(ids[4], "validation")]
        assert len(datasets.list_dataset_examples(session, 1)) == 5
        found = datasets.list_datasets_with_example(session, ids[0])
        assert [dataset.version for dataset in found] == [1, 2, 3]


def test_a_persons_data_goes_with_all_that_came_of_it(engine: Engine) -> None:
    with transaction(engine) as session:
        own = approved(session, "own", author_id="U1", family_id="f1", completion="secret")
        child = approved(session, "child", family_id="f1", completion="secret too")
        other = approved(session, "other", author_id="U2", completion="kept")
        members = [(own, "train"), (child, "train"), (other, "train")]
        datasets.create_dataset_version(session, fingerprint="f", members=members, counts={})
    with transaction(engine) as session:
        assert examples.remove_author_examples(session, "U1", "maintainer") == 2
        assert examples.remove_author_examples(session, "U1", "maintainer") == 0
    with reading(engine) as session:
        texts = {row.key: row.completion for row in examples.list_examples(session)}
        assert texts == {"own": "", "child": "", "other": "kept"}
        assert examples.count_examples(session) == {
            "candidate": 0,
            "approved": 1,
            "rejected": 0,
            "removed": 2,
        }
        tainted = datasets.list_datasets_with_author(session, "U1")
        assert [dataset.version for dataset in tainted] == [1]
        assert datasets.list_datasets_with_author(session, "U9") == []
