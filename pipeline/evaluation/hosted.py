"""A large hosted model with worked examples, as one more baseline; off unless it is named.

Speaks the plain OpenAI protocol: it cannot be told to continue a beginning, so it has one draft
per answer and plain facts stand in for what the guard refuses. What is asked leaves this machine
only where the settings say so.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bot.serving.client import ModelClient
from bot.serving.errors import AdapterMissingError, ModelError, ModelRefusedError
from bot.serving.settings import ServingSettings
from pipeline.augmentation.settings import is_on_this_machine
from pipeline.evaluation.cases import CaseSet
from pipeline.evaluation.errors import EvaluationInputError, EvaluationInterruptedError
from pipeline.evaluation.settings import HostedSettings
from pipeline.evaluation.systems import SystemName

PREFIX = "ANALYST_EVALUATION__HOSTED__"
_RETRIES = 5  # the library's own, which honour Retry-After: hosted models limit rates
_UNKNOWN_ELSEWHERE = ("seed", "stop", "top_p")  # not every hosted model takes them


class HostedClient(ModelClient):
    """The serving client before an endpoint that knows none of vLLM's extensions.

    A name asked for is ignored: there is one model.
    """

    def __init__(self, hosted: HostedSettings, serving: ServingSettings) -> None:
        sampling = serving.sampling.model_copy(update={"max_tokens": hosted.max_tokens})
        settings = serving.model_copy(
            update={
                "base_url": hosted.base_url,
                "model": hosted.model,
                "first_token_timeout_seconds": hosted.timeout_seconds,
                "sampling": sampling,
            }
        )
        super().__init__(
            settings,
            api_key=hosted.api_key.get_secret_value(),
            # An outside server may be reached by a proxy only; one on this machine never is.
            trust_env=not is_on_this_machine(hosted.base_url),
            max_retries=_RETRIES,
        )

    def _checked_name(self, model: str | None) -> str:
        return self.settings.model

    def _fit_server(self, request: dict[str, Any], continue_from: str) -> dict[str, Any]:
        if continue_from:
            raise ModelRefusedError("A hosted model cannot continue a beginning.")
        return {name: value for name, value in request.items() if name not in _UNKNOWN_ELSEWHERE}


@contextmanager
def open_hosted(
    baselines: Sequence[SystemName],
    cases: CaseSet,
    hosted: HostedSettings,
    serving: ServingSettings,
) -> Iterator[HostedClient | None]:
    """Lend the client of the hosted baseline; None where it is not among them.

    Raises:
        EvaluationInputError: it is not set up, or may not be sent these cases.
    """
    if SystemName.HOSTED not in baselines:
        yield None
        return
    check_hosted(hosted, cases)
    with HostedClient(hosted, serving) as client:
        yield client


def check_hosted(hosted: HostedSettings, cases: CaseSet) -> None:
    """Refuse a hosted model that is not set up, or would be sent what may not leave.

    Raises:
        EvaluationInputError: says which setting to give.
    """
    if not hosted.base_url.startswith(("http://", "https://")) or not hosted.model:
        raise EvaluationInputError(
            f"No hosted model is set: give {PREFIX}BASE_URL (with /v1), {PREFIX}MODEL and"
            f" {PREFIX}API_KEY, or leave `hosted` out of the baselines."
        )
    if is_on_this_machine(hosted.base_url):
        return
    if not hosted.allow_external:
        raise EvaluationInputError(
            f"The hosted model at {_host(hosted)} is not on this machine, and sending data away is"
            f" not allowed. Set {PREFIX}ALLOW_EXTERNAL=true to send it the cases' questions."
        )
    if cases.is_own and not hosted.allow_collected:
        raise EvaluationInputError(
            f"The cases of {cases.name} may hold what users wrote, which may not leave this"
            f" machine. Evaluate on golden or simulated cases, or set {PREFIX}ALLOW_COLLECTED=true."
        )


def check_writer(client: ModelClient) -> None:
    """Let the hosted model write a few words before any case is asked.

    Raises:
        EvaluationInputError: it refuses; says what to check.
        EvaluationInterruptedError: it cannot be reached.
    """
    try:
        client.smoke_test(None)
    except (AdapterMissingError, ModelRefusedError) as error:
        raise EvaluationInputError(
            f"{error} Check {PREFIX}BASE_URL (it ends in /v1), {PREFIX}MODEL and {PREFIX}API_KEY."
        ) from error
    except ModelError as error:
        raise EvaluationInterruptedError(
            f"The hosted model cannot be reached: {error} Start the same command again later, or"
            " leave `hosted` out of the baselines."
        ) from error


def describe_hosted(hosted: HostedSettings) -> dict[str, Any]:
    """What is kept of it with an evaluation: everything but the key."""
    return {
        "host": _host(hosted),
        "concurrency": hosted.concurrency,
        "max_tokens": hosted.max_tokens,
        "input_price": hosted.input_price,
        "output_price": hosted.output_price,
    }


def note_hosted(hosted: HostedSettings) -> str:
    """What a reader must know of its column."""
    return (
        f"The hosted model {hosted.model} at {_host(hosted)} was sent every case's facts and the"
        " worked examples. It had one draft an answer, its times hold the network and, where the"
        f" endpoint limits rates, waiting; its cost is by tokens, at ${hosted.input_price:g} and"
        f" ${hosted.output_price:g} a million."
    )


def _host(hosted: HostedSettings) -> str:
    return urlsplit(hosted.base_url).hostname or hosted.base_url
