"""Adapters and the learning cycle in Slack: typed words and the proposal's buttons.

Reads come from storage; what changes something becomes a command row that the scheduler executes.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlmodel import Session

from bot.jobs.commands import CommandName, Order, UnknownTargetError, adapter_number, submit
from bot.roles import Action
from bot.services import Services
from bot.slack.blocks.proposal import ProposalAction, adapters_text
from bot.slack.permissions import may_click, refusal_of
from bot.slack.text import plain
from bot.slack.windows import acting_user, tell_privately
from storage.adapters import adapter_history, list_adapters
from storage.aliases import CANARY, LIVE, alias_history, get_alias
from storage.columns import utc_now
from storage.cycles import list_cycle_runs, list_steps
from storage.database import reading
from storage.heartbeats import get_heartbeat

Body = dict[str, Any]

ACTIONS = {
    "adapters": Action.ADAPTERS,
    "approve": Action.APPROVE,
    "reject": Action.REJECT,
    "canary": Action.CANARY,
    "rollback": Action.ROLLBACK,
    "cycle": Action.CYCLE,
}
SCHEDULER = "scheduler"  # heartbeats, by the names the scheduler gives them
WATCH = "watch"
_SILENT = timedelta(seconds=60)  # twelve missed heartbeats
_CYCLE_WORDS = {
    "run": CommandName.CYCLE_RUN,
    "pause": CommandName.CYCLE_PAUSE,
    "resume": CommandName.CYCLE_RESUME,
    "skip": CommandName.CYCLE_SKIP,
}
_SHOWN = 10
USAGE = {
    "approve": "Say which one: `/analyst approve 7`.",
    "reject": "Say which one and why: `/analyst reject 7 too vague`.",
    "canary": "Say which one and how much: `/analyst canary 7 10`.",
    "cycle": "I know `/analyst cycle run`, `status`, `pause`, `resume` and `skip`.",
}


def answer_command(services: Services, body: Body, word: str, rest: str) -> str:
    """Carry out `/analyst <word> <rest>` as far as the bot may; returns the reply."""
    refusal = refusal_of(services, body, ACTIONS[word])
    if refusal:
        return refusal
    if word == "adapters":
        with reading(services.engine) as session:
            return describe_adapters(session)
    if word == "cycle" and rest.strip() in ("", "status"):
        with reading(services.engine) as session:
            return describe_cycle(session)
    order = read_order(body, word, rest)
    if order is None:
        return USAGE[word]
    return give_order(services, order)


def read_order(body: Body, word: str, rest: str) -> Order | None:
    """Turn typed words into an order; None when something is missing or not understood."""
    first, _, more = rest.strip().partition(" ")
    given: dict[str, Any] = {
        "key": f"command:{body['trigger_id']}",
        "who": acting_user(body),
        "team": body.get("team_id", ""),
        "channel": body.get("channel_id", ""),
    }
    if word == "rollback":
        return Order(name=CommandName.ROLLBACK, reason=rest.strip(), **given)
    if word == "cycle":
        name = _CYCLE_WORDS.get(rest.strip())
        return Order(name=name, **given) if name else None
    if not first or (word == "reject" and not more.strip()):
        return None
    if word == "canary":
        percent = more.strip().removesuffix("%").strip() or None
        if percent is not None and not percent.isdecimal():
            return None
        share = int(percent) if percent else None
        return Order(name=CommandName.CANARY, target=first, percent=share, **given)
    return Order(name=CommandName(word), target=first, reason=more.strip(), **given)


def give_order(services: Services, order: Order) -> str:
    """Store the order and say so; tell when nobody is there to execute it."""
    try:
        command = submit(services.engine, order)
    except UnknownTargetError as error:
        return plain(str(error))
    what = f"{order.name.value.replace('_', ' ')} {command.target or ''}".strip()
    with reading(services.engine) as session:
        heartbeat = get_heartbeat(session, SCHEDULER)
    if heartbeat is None or utc_now() - heartbeat.beat_at > _SILENT:
        return f"Noted: {what}. The scheduler is not running; it will be done when it is."
    return f"Noted: {what}. I will tell you here when it is done."


def describe_adapters(session: Session) -> str:
    """What answers now, what is tried out, what was live when, and who decided."""
    live, canary = get_alias(session, LIVE), get_alias(session, CANARY)
    lines = [f"*Live:* {(live and live.adapter_name) or 'the base model, with worked examples'}"]
    if canary is not None and canary.adapter_name:
        lines.append(f"*Canary:* {canary.adapter_name}, {canary.percent} % of the threads")
    watch = get_heartbeat(session, WATCH)
    if watch is not None and watch.details:
        lines.append(f"*Watched:* {watch.details['adapter']}, {plain(watch.details['words'])}")
    lines.append("*Adapters*")
    for row in list_adapters(session, limit=_SHOWN):
        last = adapter_history(session, row.name)[-1]
        why = f" ({plain(last.reason, 120)})" if last.reason else ""
        lines.append(
            f"• {adapter_number(row.name)} · {row.name} · {row.state.value} since"
            f" {last.at:%-d %b %H:%M} UTC by {_who(last.actor)}{why}"
        )
    history = alias_history(session, LIVE, limit=_SHOWN)
    if history:
        lines.append("*What was live when*")
    lines += [
        f"• {change.at:%-d %b %Y %H:%M} UTC: {change.adapter_name or 'the base model'}"
        f" by {_who(change.actor)}, {plain(change.reason, 120)}"
        for change in history
    ]
    return adapters_text(lines)


def describe_cycle(session: Session) -> str:
    """The newest cycle, its steps with their times, and what it waits for."""
    runs = list_cycle_runs(session, limit=1)
    if not runs:
        return "No cycle has run yet. `/analyst cycle run` starts one."
    run = runs[0]
    waits = f", waits for {plain(run.waits_for, 100)}" if run.waits_for else ""
    lines = [f"*Cycle {run.id}*: {run.state.value.replace('_', ' ')}{waits}"]
    for step in list_steps(session, run.id):
        ended = step.ended_at or utc_now()
        seconds = (ended - step.started_at).total_seconds()
        again = f", attempt {step.attempts}" if step.attempts > 1 else ""
        problem = f": {plain(step.problem, 200)}" if step.problem else ""
        lines.append(f"• {step.name}: {step.state.value}, {seconds:.0f} s{again}{problem}")
    told = run.problem or str(run.result.get("reason", ""))
    return "\n".join([*lines, plain(told, 600)]) if told else "\n".join(lines)


def register(app: App, services: Services) -> None:
    """Listen to the proposal's buttons."""
    orders = {
        ProposalAction.APPROVE: (Action.APPROVE, CommandName.APPROVE),
        ProposalAction.CANARY: (Action.CANARY, CommandName.CANARY),
        ProposalAction.REJECT: (Action.REJECT, CommandName.REJECT),
    }
    listen: Callable[[str], Callable[..., Any]] = app.action
    for button, (action, name) in orders.items():
        listen(button.value)(_button_listener(services, action, name))


def _button_listener(
    services: Services, action: Action, name: CommandName
) -> Callable[[Ack, Body, WebClient], None]:
    def on_button(ack: Ack, body: Body, client: WebClient) -> None:
        if may_click(services, body, action, client):
            clicked, user = body["actions"][0], acting_user(body)
            order = Order(
                key=f"click:{user}:{clicked['action_id']}:{clicked['action_ts']}",
                who=user,
                name=name,
                team=(body.get("team") or {}).get("id", ""),
                channel=(body.get("channel") or {}).get("id", ""),
                target=clicked["value"],
                reason="by the button of the proposal",
            )
            reply = give_order(services, order)
            if not reply.startswith("Noted") or "not running" in reply:
                tell_privately(client, body, reply)
        ack()

    return on_button


def _who(actor: str) -> str:
    return f"<@{actor}>" if actor[:1] in {"U", "W"} and actor.isalnum() else f"`{actor}`"
