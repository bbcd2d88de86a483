"""What can keep an evaluation from being done; the message says what to do."""


class EvaluationInputError(ValueError):
    """The request for an evaluation cannot be carried out as it stands."""


class EvaluationInterruptedError(RuntimeError):
    """The model server went away; what is stored stays, the same command goes on from there."""
