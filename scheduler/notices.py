"""What the scheduler says in Slack: proposals, their outcome, failures, alarms, replies.

Slack being away never fails a decision that is committed; the reconciler posts what is missing.
"""

import logging
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.blocks.proposal import GateLine, ProposalView, proposal_blocks, proposal_text
from bot.slack.text import plain
from pipeline.evaluation.report.tables import comparison_table
from scheduler.machine import Machine
from scheduler.story import end_of_proposal
from storage.adapters import get_adapter
from storage.cycles import CycleRun, get_cycle_run, list_steps
from storage.database import reading
from storage.evaluations import find_latest_evaluation, get_evaluation

logger = logging.getLogger(__name__)

METADATA_EVENT = "growth_analyst_proposal"
SLACK_AWAY = (SlackApiError, SlackClientError, OSError)
_OWN_COLUMNS = 3  # row name, candidate, live or its stand-in; more do not fit a message's width
Result = dict[str, Any]


def propose(machine: Machine, cycle_run_id: int) -> Result:
    """Post the proposal once; returns where it is, or nothing where there is no channel.

    Raises:
        SlackApiError: Slack refused it; the step is run again.
    """
    with reading(machine.engine) as session:
        run = get_cycle_run(session, cycle_run_id)
    if run is None or machine.slack is None:
        return {}
    channel = machine.settings.channel or run.result.get("asked", {}).get("channel", "")
    if not channel:
        logger.info("Cycle %d proposes, but no channel is set (SCHEDULER__CHANNEL)", run.id)
        return {}
    ts = _find_sent(machine.slack, channel, cycle_run_id)
    if ts is None:
        view = build_view(machine, run)
        response = machine.slack.chat_postMessage(
            channel=channel,
            text=proposal_text(view),
            blocks=proposal_blocks(view),
            metadata={
                "event_type": METADATA_EVENT,
                "event_payload": {"cycle_run": cycle_run_id},
            },
            unfurl_links=False,
        )
        ts = str(response["ts"])
    machine.at_point("after_proposal_sent")
    return {"channel": channel, "ts": ts}


def show_decision(machine: Machine, run: CycleRun, decision: str) -> None:
    """Take the buttons away and say who decided what and when."""
    message = run.result.get("message") or {}
    if machine.slack is None or not message:
        return
    view = build_view(machine, run, decision)
    try:
        machine.slack.chat_update(
            channel=message["channel"],
            ts=message["ts"],
            text=f"{view.adapter}: {decision}",
            blocks=proposal_blocks(view),
        )
    except SLACK_AWAY as error:
        logger.warning("The proposal of cycle %d could not be updated: %s", run.id, error)


def tell_channel(machine: Machine, channel: str, text: str) -> None:
    """Say something to the maintainers; the text is made safe here."""
    where = machine.settings.channel or channel
    if machine.slack is None or not where:
        logger.warning("%s", text)
        return
    try:
        machine.slack.chat_postMessage(channel=where, text=plain(text), unfurl_links=False)
    except SLACK_AWAY as error:
        logger.warning("Slack did not take %r: %s", text, error)


def tell_person(machine: Machine, channel: str, user: str, text: str) -> None:
    """Answer the person who gave a command, in the channel where they gave it."""
    if machine.slack is None or not channel:
        return
    try:
        machine.slack.chat_postEphemeral(channel=channel, user=user, text=plain(text))
    except SLACK_AWAY as error:
        logger.warning("Slack did not take %r: %s", text, error)


def tell_failure(machine: Machine, run: CycleRun) -> None:
    """A cycle failed; what is live was not touched."""
    channel = run.result.get("asked", {}).get("channel", "")
    tell_channel(
        machine,
        channel,
        f"Cycle {run.id} failed: {run.problem} What is live was not touched."
        " `/analyst cycle run` tries again; finished steps of the training are not repeated.",
    )


def build_view(machine: Machine, run: CycleRun, decision: str = "") -> ProposalView:
    """Put the message together from what is stored about the cycle and its evaluation.

    A proposal that another version of the product made may lack entries: the adapter is enough.
    """
    told = run.result
    name, evaluation_id = told["adapter"], told.get("evaluation_id")
    with reading(machine.engine) as session:
        evaluation = (
            get_evaluation(session, int(evaluation_id))
            if evaluation_id
            else find_latest_evaluation(session, name)
        )
        known = get_adapter(session, name)
        steps = {step.name: step.result for step in list_steps(session, run.id)}
    summary = evaluation.summary if evaluation else {}
    gates = evaluation.gates if evaluation else []
    reference = summary.get("reference_baseline") or ""
    expires = end_of_proposal(run, machine.settings)
    return ProposalView(
        adapter=name,
        conclusion=told.get("reason", ""),
        data=_data_sentence(steps),
        table=_table(summary),
        gates=[
            GateLine(
                g["name"],
                g.get("verdict", "unknown"),
                g.get("words", ""),
                is_alarm=g.get("level") == "alarm",
            )
            for g in gates
        ],
        regressions=summary.get("baselines", {}).get(reference, {}).get("regressions", []),
        report=evaluation.report if evaluation else "",
        sha256=known.sha256 if known else "",
        expires=f"{expires:%-d %b %Y}",
        canary_percent=machine.settings.canary_percent,
        decision=decision,
    )


def _data_sentence(steps: dict[str, Result]) -> str:
    collected, dataset = steps.get("collect", {}), steps.get("dataset", {})
    splits = dataset.get("splits", {})
    added = ", ".join(f"{count} {name}" for name, count in collected.get("by_origin", {}).items())
    trained = steps.get("train", {})
    return (
        f"New since the last version: {added or 'nothing'}. Dataset version"
        f" {dataset.get('version')}: {splits.get('train')} examples to train,"
        f" {splits.get('validation')} to validate; {trained.get('steps')} steps, best validation"
        f" loss {trained.get('best_eval_loss')}."
    )


def _table(summary: Result) -> list[tuple[str, ...]]:
    if not summary.get("layers"):
        return []
    table = comparison_table(summary)
    return [tuple(row[:_OWN_COLUMNS]) for row in (table.header, *table.rows)]


def _find_sent(slack: WebClient, channel: str, cycle_run_id: int) -> str | None:
    """Look for a proposal that was sent but not committed before a crash."""
    try:
        found = slack.conversations_history(channel=channel, include_all_metadata=True, limit=100)
    except SlackApiError as error:
        logger.warning("Could not look for an earlier proposal: %s", error.response["error"])
        return None
    messages: list[Result] = found["messages"]
    for message in messages:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if (
            metadata.get("event_type") == METADATA_EVENT
            and payload.get("cycle_run") == cycle_run_id
        ):
            return str(message["ts"])
    return None
