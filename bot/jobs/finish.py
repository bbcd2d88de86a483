"""Last steps of a question's walk: store the outcome, upload the chart, close the message."""

import logging

from slack_sdk.errors import SlackApiError

import storage.answers
import storage.requests
from bot.analysis.answer import Section
from bot.analysis.chart import describe_chart, render_chart
from bot.analysis.claims import ClaimStatus
from bot.analysis.facts import Findings
from bot.analysis.prompt import describe_verdict
from bot.answering import TimedFindings
from bot.jobs.files import find_reading
from bot.jobs.request import post_target, require_request
from bot.services import Services
from bot.serving.answer_record import GeneratedAnswer, WrittenSentence, join_sentences
from bot.slack.blocks import context
from bot.slack.blocks.answer import AnswerView, answer_blocks, answer_fallback_text, working_blocks
from bot.slack.blocks.file_form import reading_blocks
from bot.slack.post import edit_post
from storage.answers import Answer
from storage.database import transaction
from storage.errors import NotFoundError
from storage.requests import RequestState

logger = logging.getLogger(__name__)


def store_outcome(
    services: Services, answer_id: str, timed: TimedFindings, written: GeneratedAnswer
) -> None:
    """Commit everything about the written answer except the end of its message."""
    # Readers count numbers; worded claims ("fell") are checked as well but not counted here.
    claims = [
        claim
        for sentence in written.sentences
        for claim in sentence.verification.claims
        if claim.value is not None
    ]
    timings = written.timings.model_dump() | {"findings_ms": timed.milliseconds}
    with transaction(services.engine) as session:
        storage.answers.set_outcome(
            session,
            answer_id,
            findings=timed.findings.model_dump(mode="json"),
            raw_text=written.raw_text,
            attempts=written.completions,
            refused=[refused.model_dump(mode="json") for refused in written.refused],
            timings=timings,
            model_written_share=written.model_written_share,
            claim_count=len(claims),
            verified_count=sum(claim.status is ClaimStatus.SUPPORTED for claim in claims),
        )


def finish_message(services: Services, request_id: str) -> None:
    """Give the message its final form: parts, chart, proof, rating controls."""
    with transaction(services.engine) as session:
        request = require_request(session, request_id)
        answer = storage.answers.find_answer_by_request(session, request_id)
        if answer is None:
            raise NotFoundError("answer of request", request_id)
        rows = storage.answers.list_sentences(session, answer.id)
        lead, stopped = post_target(request).lead, request.state is RequestState.CANCELLED
    sentences = [WrittenSentence(section=Section(row.section), text=row.text) for row in rows]
    sections = join_sentences(sentences)
    ts = answer.message_ts or ""
    if stopped:
        blocks = [*working_blocks("", sections, request_id, lead)[:-2], context("Stopped.")]
        edit_post(services.slack, answer.channel, ts, "Stopped", blocks)
        return
    findings = Findings.model_validate(answer.findings)
    read = find_reading(services, request_id)
    view = AnswerView(
        answer_id=answer.id,
        title=f"{findings.question.metric}: {describe_verdict(findings)}",
        sections=sections,
        claims=answer.claim_count,
        verified_claims=answer.verified_count,
        model_label=answer.model_label,
        reference=request_id[:8],
        chart_file_id=_chart_file(services, answer, findings),
        chart_alt_text=describe_chart(findings),
        notes=(*findings.question.assumptions, *findings.warnings),
        lead=lead,
        small_print=tuple(reading_blocks(read[0], request_id)) if read else (),
    )
    services.at_point("before_final_edit")
    edit_post(services.slack, answer.channel, ts, answer_fallback_text(view), answer_blocks(view))
    services.at_point("after_final_edit")
    with transaction(services.engine) as session:
        storage.answers.finish_answer(session, answer.id)
        storage.requests.set_request_state(session, request_id, RequestState.ANSWERED)


def _chart_file(services: Services, answer: Answer, findings: Findings) -> str | None:
    """Upload the chart once; an answer without its picture is better than no answer."""
    if answer.chart_file_id:
        return answer.chart_file_id
    try:
        response = services.slack.files_upload_v2(
            content=render_chart(findings),
            filename=f"chart-{answer.id[:8]}.png",
            title="Chart of the effects" if findings.is_about_rows else "Chart of the series",
            alt_txt=describe_chart(findings)[:1_000],
        )
        file_id = str(response["file"]["id"])
    except (SlackApiError, OSError, ValueError):
        logger.exception("Chart of answer %s could not be uploaded", answer.id)
        return None
    services.at_point("after_chart_upload")
    with transaction(services.engine) as session:
        storage.answers.set_outcome(session, answer.id, chart_file_id=file_id)
    return file_id
