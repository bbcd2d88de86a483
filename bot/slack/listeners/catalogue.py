"""`/analyst metrics` and `/analyst annotate`: what metrics exist, and changes worth knowing."""

import re
from datetime import date, timedelta
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.analysis.catalogue.resolve import Resolved, Unsure, resolve_metric
from bot.analysis.catalogue.window import read_day
from bot.recorded_changes import AnnotationError, NewAnnotation, check_annotation, record
from bot.roles import Action
from bot.services import Services
from bot.slack.blocks import Block
from bot.slack.blocks.annotate import CALLBACK_ID, FIELDS, annotate_form, read_annotate_form
from bot.slack.blocks.metrics import NO_CATALOGUE, list_blocks, metric_blocks, metrics_text
from bot.slack.permissions import refusal_of
from bot.slack.text import plain, unescape
from bot.slack.windows import acting_user, notice_view, open_window
from storage.database import transaction

Body = dict[str, Any]

ACTIONS = {"metrics": Action.METRICS, "annotate": Action.ANNOTATE}
_PART = re.compile(
    r"[;|]\s*(?P<name>metric|segment|market)\s*[:=]?\s+(?P<value>[^;|]+)", re.IGNORECASE
)
_NEAR_DAYS = {"today": 0, "yesterday": 1}
_DATE_WORDS = 3  # "19 Oct 2026" is the longest date


def answer_command(
    services: Services, body: Body, client: WebClient, word: str, rest: str
) -> tuple[str, list[Block]]:
    """Carry out `/analyst metrics|annotate ...`; the reply's text and blocks, empty for a form."""
    refusal = refusal_of(services, body, ACTIONS[word])
    if refusal:
        return refusal, []
    if word == "metrics":
        return show_metrics(services, unescape(rest).strip())
    return annotate(services, body, client, unescape(rest).strip()), []


def show_metrics(services: Services, name: str) -> tuple[str, list[Block]]:
    """List the metrics, or explain the one that is named."""
    library = services.metrics
    if library is None:
        return NO_CATALOGUE, []
    if not name:
        return metrics_text(library.catalogue), list_blocks(library.catalogue)
    found = resolve_metric(name, library.catalogue)
    if isinstance(found, Resolved):
        database = library.source.name if library.source else None
        return found.metric.name, metric_blocks(found.metric, library.meanings, database)
    if isinstance(found, Unsure):
        names = ", ".join(metric.name for metric in found.candidates)
        return f"I am not sure which metric you mean. Near to it: {plain(names, 400)}.", []
    return f"The catalogue has no metric “{plain(name, 60)}”. `/analyst metrics` lists them.", []


def annotate(services: Services, body: Body, client: WebClient, typed: str) -> str:
    """Record a typed change, or open the form where something is missing; returns the reply."""
    draft = read_typed(typed, services.today())
    problem = ""
    if draft.get("what") and draft.get("day"):
        try:
            return _record(services, draft, acting_user(body), f"command:{body['trigger_id']}")
        except AnnotationError as error:
            problem = str(error)
    elif typed:
        problem = "Please check: I need what changed and its date, for example 2026-10-19."
    catalogue = services.metrics.catalogue if services.metrics else None
    open_window(client, body, annotate_form(catalogue, services.today(), draft, problem))
    return ""


def read_typed(typed: str, today: date) -> dict[str, str]:
    """Read "19 Oct onboarding redesign; metric activation; segment SMB" into fields."""
    fields: dict[str, str] = {}
    for part in _PART.finditer(typed):
        name = "metric" if part["name"].lower() == "metric" else "segment"
        fields[name] = part["value"].strip()
    words = _PART.sub("", typed).split()
    for count in range(min(_DATE_WORDS, len(words)), 0, -1):
        said = " ".join(words[:count]).strip(" ,:")
        if (day := _day(said, today)) is not None:
            fields["day"] = day.isoformat()
            words = words[count:]
            break
    if words:
        fields["what"] = " ".join(words).strip(" :-–")
    return fields


def register(app: App, services: Services) -> None:
    """Listen to the submitted form."""

    @app.view(CALLBACK_ID)
    def on_annotate(ack: Ack, body: Body, client: WebClient) -> None:
        refusal = refusal_of(services, body, Action.ANNOTATE)
        if refusal:
            ack(response_action="update", view=notice_view(refusal))
            return
        draft = read_annotate_form(body["view"])
        try:
            said = _record(services, draft, acting_user(body), f"view:{body['view']['id']}")
        except AnnotationError as error:
            field = error.field if error.field in FIELDS else "what"
            ack(response_action="errors", errors={field: str(error)[:1_900]})
            return
        ack(response_action="update", view=notice_view(said))


def _record(services: Services, draft: dict[str, str], who: str, key: str) -> str:
    catalogue = services.metrics.catalogue if services.metrics else None
    new = NewAnnotation(
        happened_on=date.fromisoformat(draft["day"]) if draft.get("day") else services.today(),
        text=draft.get("what", ""),
        who=who,
        metric=draft.get("metric"),
        segment=draft.get("segment"),
    )
    new = check_annotation(new, catalogue, services.today())
    with transaction(services.engine) as session:
        stored = record(session, new, key)
    where = ", ".join(part for part in (stored.metric, stored.segment) if part) or "all metrics"
    return (
        f"Recorded: {plain(stored.text, 250)}, {stored.happened_on:%-d %b %Y}, for"
        f" {plain(where, 130)}. Answers about this window set it against breaks."
    )


def _day(said: str, today: date) -> date | None:
    if said.lower() in _NEAR_DAYS:
        return today - timedelta(days=_NEAR_DAYS[said.lower()])
    found = read_day(said, today)
    is_one_day = found is not None and found[1] - found[0] == timedelta(days=1)
    return found[0] if found is not None and is_one_day else None
