"""Replies: what is asked for, what is read, what is refused and under which reason."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.augmentation.asking import most_tokens
from pipeline.augmentation.replies import (
    AnswerReply,
    CaseReply,
    Stage,
    UnusableReplyError,
    read_reply,
    reply_schema,
)
from pipeline.augmentation.teacher import read_retry_after

GOOD = {
    "analysis": "It fell.",
    "recommended_action": "Roll it back.",
    "urgency_level": "High",
    "urgency_reason": "It costs accounts.",
}
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def test_good_reply_is_read() -> None:
    sections = read_reply(json.dumps(GOOD), AnswerReply).sections()
    assert sections.analysis == "It fell."
    assert sections.urgency == "High. It costs accounts."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (json.dumps(GOOD)[:-5], "broken_json"),
        ("", "broken_json"),
        ("Here you go: {}", "broken_json"),
        ("[1, 2]", "wrong_fields"),
        (json.dumps({**GOOD, "extra": "x"}), "wrong_fields"),
        (json.dumps({**GOOD, "urgency_level": "Soon"}), "wrong_fields"),
        (json.dumps({**GOOD, "analysis": "  "}), "wrong_fields"),
        ("I'm sorry, but I can't help with that.", "refusal"),
        ("As an AI model, I do not write that.", "refusal"),
    ],
)
def test_unusable_reply_has_its_reason(text: str, reason: str) -> None:
    with pytest.raises(UnusableReplyError) as raised:
        read_reply(text, AnswerReply)
    assert raised.value.reason == reason


@pytest.mark.parametrize(("stage", "kind"), [(Stage.CASE, CaseReply), (Stage.ANSWER, AnswerReply)])
def test_schema_and_reading_agree(stage: Stage, kind: type[CaseReply]) -> None:
    schema = reply_schema(stage)
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(schema["properties"]) == set(kind.model_fields)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("-1", 0.0),
        ("Mon, 01 Jun 2026 12:00:30 GMT", 30.0),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_forms(value: str, seconds: float | None) -> None:
    assert read_retry_after({"retry-after": value}, NOW) == seconds


def test_tokens_are_estimated_from_above() -> None:
    text = "Activation fell from 46.1 % to 35.0 % in eight weeks. " * 20
    # About 17 tokens a sentence for this text with the packaged tokenizer.
    assert most_tokens([{"role": "user", "content": text}]) >= 17 * 20
