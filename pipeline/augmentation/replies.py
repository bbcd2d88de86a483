"""The teacher's replies as data: the JSON schema asked for, and the reading of what came."""

import re
from enum import StrEnum
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.analysis.answer import AnswerSections


class Stage(StrEnum):
    """What a request asks for: a new case, or the answer to a case whose facts are known."""

    CASE = "case"
    ANSWER = "answer"


class UnusableReplyError(ValueError):
    """The reply is not what was asked for; `reason` is what it is counted under."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class CaseReply(BaseModel):
    """A new request as somebody would paste it in Slack."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    request: str = Field(min_length=20, max_length=6000)


class AnswerReply(BaseModel):
    """An answer's three parts; the level apart, so that a schema can hold the teacher to it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    analysis: str = Field(min_length=1, max_length=4000)
    recommended_action: str = Field(min_length=1, max_length=3000)
    urgency_level: Literal["High", "Medium", "Low"]
    urgency_reason: str = Field(min_length=1, max_length=1000)

    def sections(self) -> AnswerSections:
        """The reply as an answer of this product."""
        return AnswerSections(
            analysis=self.analysis,
            recommended_action=self.recommended_action,
            urgency=f"{self.urgency_level}. {self.urgency_reason}",
        )


_DESCRIPTIONS: dict[str, str] = {
    "request": "the message with metric, values, context and question",
    "analysis": "what happened, the likeliest explanation and how sure",
    "recommended_action": "who does what, by when, and what result would confirm it",
    "urgency_level": "how soon somebody must act",
    "urgency_reason": "why it is that urgent, one sentence",
}
_REFUSAL = re.compile(
    r"^\W*(?:i['’]?m sorry|sorry,|i (?:can(?:no|['’])t|am unable|am not able|won['’]t)|as an ai\b|"
    r"unfortunately,? i)",
    re.IGNORECASE,
)
ReplyT = TypeVar("ReplyT", bound=BaseModel)


def reply_schema(stage: Stage) -> dict[str, Any]:
    """The JSON schema a reply must satisfy, in the subset every server's strict mode takes."""
    fields = list((CaseReply if stage is Stage.CASE else AnswerReply).model_fields)
    return {
        "type": "object",
        "properties": {field: _describe_field(field) for field in fields},
        "required": fields,
        "additionalProperties": False,
    }


def _describe_field(field: str) -> dict[str, Any]:
    described: dict[str, Any] = {"type": "string", "description": _DESCRIPTIONS[field]}
    return described | ({"enum": ["High", "Medium", "Low"]} if field == "urgency_level" else {})


def read_reply(text: str, kind: type[ReplyT]) -> ReplyT:
    """Read a reply as JSON of this kind.

    Raises:
        UnusableReplyError: a refusal in words, broken JSON, or other fields than asked for.
    """
    cleaned = text.strip()
    if _REFUSAL.match(cleaned):
        raise UnusableReplyError("refusal", "The teacher refused in words.")
    try:
        return kind.model_validate_json(cleaned)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["type"] == "json_invalid":
            raise UnusableReplyError("broken_json", "The reply is no JSON.") from error
        field = ".".join(str(part) for part in first["loc"]) or "the reply"
        raise UnusableReplyError("wrong_fields", f"{field}: {first['msg']}.") from error
