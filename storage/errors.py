"""What storage refuses, as errors that are also the built-in kind a reader expects.

Messages name the offending value and what to try; they are written for operators and logs.
"""


class DatabaseUrlError(ValueError):
    """The database address is not one this product can open."""


class NotFoundError(LookupError):
    """No row carries this id or name."""

    def __init__(self, noun: str, wanted: object) -> None:
        super().__init__(f"There is no {noun} {wanted!r}. Check the id or name.")


class ConflictError(ValueError):
    """The row exists or stands in a state that forbids what was asked."""
