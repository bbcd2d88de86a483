"""`/analyst dataset`: what the newest, or a named, version of the training data holds.

Reads what was frozen with the version; building one is the command line's and the cycle's part.
"""

from typing import Any

from sqlmodel import Session

from bot.roles import Action
from bot.services import Services
from bot.slack.permissions import refusal_of
from bot.slack.text import plain
from storage.database import reading
from storage.datasets import DatasetVersion, get_dataset_version
from storage.examples import count_examples

USAGE = "Say which version: `/analyst dataset 3`; without a number I show the newest."
_SHOWN = 6
_MAXIMUM_DIGITS = 9


def answer_command(services: Services, body: dict[str, Any], rest: str) -> str:
    """Carry out `/analyst dataset [NUMBER]`; returns the reply."""
    refusal = refusal_of(services, body, Action.DATASET)
    if refusal:
        return refusal
    wanted = rest.strip().removeprefix("v")
    if wanted and not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= _MAXIMUM_DIGITS):
        return USAGE
    with reading(services.engine) as session:
        return describe_dataset(session, int(wanted) if wanted else None)


def describe_dataset(session: Session, version: int | None = None) -> str:
    """What a version holds, what was left out, and what is new in it, ready for mrkdwn."""
    stored = get_dataset_version(session, version)
    counts = count_examples(session)
    waiting = f"Waiting for review: {counts.get('candidate', 0)}. `/analyst review` shows them."
    if stored is None:
        missing = f"There is no version {version}." if version else "There is no version yet."
        return f"{missing} Approved examples so far: {counts.get('approved', 0)}. {waiting}"
    splits = stored.counts.get("splits", {})
    lines = [
        f"*Dataset version {stored.version}*, {stored.created_at:%-d %b %Y %H:%M} UTC,"
        f" fingerprint `{stored.fingerprint[:8]}`",
        f"{stored.counts.get('examples', 0)} examples: {splits.get('train', 0)} to learn from,"
        f" {splits.get('validation', 0)} to validate with",
        _count_line("From", stored.counts.get("by_origin", {})),
        _count_line("Patterns", stored.counts.get("by_pattern", {})),
        _count_line("Metrics", stored.counts.get("by_metric_family", {})),
        _left_out_line(stored.settings.get("rejected", {})),
        _checked_line(stored),
        _news_line(session, stored),
        plain(str(stored.settings.get("advice", "")), 400),
        waiting,
    ]
    return "\n".join(line for line in lines if line)


def _count_line(title: str, table: dict[str, dict[str, int]]) -> str:
    totals = sorted(
        ((sum(sides.values()), name) for name, sides in table.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if not totals:
        return ""
    named = [f"{plain(name.replace('_', ' '), 40)} {number}" for number, name in totals[:_SHOWN]]
    more = sum(number for number, _ in totals[_SHOWN:])
    rest = [f"{len(totals) - _SHOWN} others {more}"] if more else []
    return f"{title}: {', '.join([*named, *rest])}"


def _left_out_line(rejected: dict[str, int]) -> str:
    named = [f"{plain(reason.replace('_', ' '), 40)} {n}" for reason, n in sorted(rejected.items())]
    return f"Left out by the filter: {', '.join(named) or 'nothing'}"


def _checked_line(stored: DatasetVersion) -> str:
    told = [f"{stored.settings.get('golden_cases_checked', 0)} golden cases, none repeated"]
    tokens = stored.settings.get("tokens", {})
    if tokens.get("examples"):
        over = len(tokens.get("over_budget", ()))
        told.append(
            f"tokens median {tokens['median']}, longest {tokens['longest']},"
            f" {over} over {tokens['budget']:,}"
        )
    return f"Checked: {'; '.join(told)}"


def _news_line(session: Session, stored: DatasetVersion) -> str:
    earlier = get_dataset_version(session, stored.version - 1)
    if earlier is None:
        return ""
    before, after = (set(version.settings.get("members", {})) for version in (earlier, stored))
    return (
        f"Since version {earlier.version}: {len(after - before)} added,"
        f" {len(before - after)} removed"
    )
