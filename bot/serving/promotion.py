"""Promotion: prove that an adapter answers on every replica, then flip one row bound to its sum.

The database part is one transaction each: alias, adapter states, histories and audit change
together or not at all. Requests under way keep the adapter they were given. Who may decide, and
whether the files are whole, is checked by the caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.serving.client import ModelClient, SmokeResult
from bot.serving.errors import AdapterMissingError, ModelError
from storage.adapters import AdapterState, change_adapter_state, get_adapter
from storage.aliases import CANARY, LIVE, AliasChange, alias_history, get_alias, point_alias
from storage.columns import utc_now
from storage.errors import ConflictError

_WHOLE_HISTORY = 1_000_000


class PromotionError(RuntimeError):
    """The adapter cannot be put before users; the message says why and what to do."""


@dataclass(frozen=True)
class Flip:
    """What an alias pointed to before and after; None is the base model."""

    before: str | None
    after: str | None


def smoke_test_replicas(replicas: Sequence[ModelClient], name: str | None) -> list[SmokeResult]:
    """Let the adapter write a few tokens on every replica.

    Raises:
        PromotionError: one replica does not know it, or does not answer.
    """
    results = []
    for replica in replicas:
        where = replica.settings.base_url
        try:
            results.append(replica.smoke_test(name))
        except AdapterMissingError as error:
            raise PromotionError(
                f"The model server at {where} does not find {name}. Check that its adapters folder"
                " is the one the trainer publishes to."
            ) from error
        except ModelError as error:
            raise PromotionError(f"{name} did not answer at {where}: {error}") from error
    return results


def promote(
    session: Session,
    name: str,
    sha256: str,
    *,
    actor: str,
    reason: str,
    evaluation_id: int | None = None,
) -> Flip:
    """Make an adapter live; the one before is retired and kept. Repeating it changes nothing.

    Raises:
        NotFoundError, ConflictError: unknown, another checksum, or a state that forbids it.
    """
    alias = get_alias(session, LIVE)
    before = alias.adapter_name if alias else None
    canary = get_alias(session, CANARY)
    if canary is not None and canary.adapter_name is not None:
        if canary.adapter_name != name:
            change_adapter_state(
                session, canary.adapter_name, AdapterState.CANDIDATE, actor, f"{name} went live"
            )
        point_alias(session, CANARY, None, None, actor, reason)
    point_alias(session, LIVE, name, sha256, actor, reason, evaluation_id=evaluation_id)
    if before is not None and before != name:
        change_adapter_state(session, before, AdapterState.RETIRED, actor, f"replaced by {name}")
    change_adapter_state(session, name, AdapterState.LIVE, actor, reason)
    return Flip(before, name)


def start_canary(
    session: Session,
    name: str,
    sha256: str,
    percent: int,
    *,
    actor: str,
    reason: str,
    evaluation_id: int | None = None,
) -> Flip:
    """Give a stable share of threads to an adapter; another canary goes back to candidate.

    Raises:
        NotFoundError, ConflictError: unknown, another checksum, or a state that forbids it.
        ValueError: a percent outside 1-100.
    """
    alias = get_alias(session, CANARY)
    before = alias.adapter_name if alias else None
    change_adapter_state(session, name, AdapterState.CANARY, actor, reason)
    point_alias(
        session, CANARY, name, sha256, actor, reason, evaluation_id=evaluation_id, percent=percent
    )
    if before is not None and before != name:
        change_adapter_state(session, before, AdapterState.CANDIDATE, actor, f"{name} took over")
    return Flip(before, name)


def end_canary(
    session: Session, *, actor: str, reason: str, state: AdapterState = AdapterState.REJECTED
) -> Flip:
    """Take the canary away from all threads; without one nothing changes."""
    alias = get_alias(session, CANARY)
    before = alias.adapter_name if alias else None
    if before is not None:
        point_alias(session, CANARY, None, None, actor, reason)
        change_adapter_state(session, before, state, actor, reason)
    return Flip(before, None)


def find_rollback_target(
    session: Session, *, window: timedelta, now: datetime | None = None
) -> str | None:
    """Name what was live before the present adapter; None is the base model.

    A rollback undoes one promotion: rolling back twice goes two promotions back, never to and fro.

    Raises:
        ConflictError: there is nothing before it, or it was live too long ago to be kept.
    """
    stack: list[AliasChange | None] = [None]
    for change in reversed(alias_history(session, LIVE, limit=_WHOLE_HISTORY)):
        below = stack[-2] if len(stack) > 1 else change
        if len(stack) > 1 and (below.adapter_name if below else None) == change.adapter_name:
            stack.pop()
        else:
            stack.append(change)
    if len(stack) < 2:
        raise ConflictError("There is nothing to roll back to: no adapter was live before.")
    promoted, target = stack[-1], stack[-2]
    if promoted is not None and (now or utc_now()) - promoted.at > window:
        raise ConflictError(
            f"{promoted.adapter_name} went live more than {window.days} days ago; the adapter"
            " before it is not kept for a rollback any more. Approve a new candidate instead."
        )
    return target.adapter_name if target else None


def roll_back(session: Session, target: str | None, *, actor: str, reason: str) -> Flip:
    """Point live back at `target` (None: the base model) and retire what was live.

    Raises:
        ConflictError: the target was rejected meanwhile.
    """
    alias = get_alias(session, LIVE)
    before = alias.adapter_name if alias else None
    known = get_adapter(session, target) if target else None
    if target is not None and known is None:
        raise ConflictError(f"{target} is not registered any more.")
    point_alias(session, LIVE, target, known.sha256 if known else None, actor, reason)
    if before is not None and before != target:
        change_adapter_state(session, before, AdapterState.RETIRED, actor, reason)
    if target is not None:
        change_adapter_state(session, target, AdapterState.LIVE, actor, reason)
    return Flip(before, target)
