"""What can go wrong between us and the model server, as types.

Messages are for the log and the operator; users are told by the use case that catches these.
"""


class ModelError(RuntimeError):
    """Something between us and the model went wrong."""


class ModelUnavailableError(ModelError):
    """The server is down, unreachable, broken, or went away in mid-answer; try again later."""


class ModelTimeoutError(ModelUnavailableError):
    """The server took longer than the settings allow; try again later."""


class AdapterMissingError(ModelError):
    """The server knows no model or adapter of this name."""


class ModelRefusedError(ModelError):
    """The server will never accept this request, e.g. the prompt is longer than its context."""


class AdapterNameError(ModelError, ValueError):
    """A name that must not be sent: vLLM joins it to a path without checking it."""
