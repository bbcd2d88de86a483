"""What can go wrong in training, told in sentences for the person who started it."""


class TrainingInputError(ValueError):
    """Something given is wrong: preset, dataset row, base model. Mend it and start again."""


class TrainingFailedError(RuntimeError):
    """The run itself failed (memory, disk, diverged loss); the message says what to do."""
