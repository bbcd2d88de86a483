"""Whether the cycle is paused: the last executed pause or resume command decides."""

from sqlmodel import Session, col, select

from storage.commands import Command, CommandState

PAUSE = "cycle_pause"
RESUME = "cycle_resume"


def is_paused(session: Session) -> bool:
    """Tell whether cycles rest; nobody ever having said so means they run."""
    query = (
        select(Command.name)
        .where(col(Command.name).in_((PAUSE, RESUME)), Command.state == CommandState.DONE)
        .order_by(col(Command.finished_at).desc(), col(Command.id).desc())
        .limit(1)
    )
    return session.exec(query).first() == PAUSE
