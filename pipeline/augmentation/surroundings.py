"""What a run compares new examples with: all stored ones, the golden set, the validation side."""

from collections.abc import Sequence

from sqlalchemy.engine import Engine
from sqlmodel import Session

from bot.analysis.quality.duplicates import NearDuplicates, fingerprint_text
from bot.analysis.question import MetricQuestion
from pipeline.augmentation.errors import AugmentationRefusedError
from pipeline.augmentation.seeds import is_collected
from pipeline.augmentation.settings import AugmentationSettings, is_on_this_machine
from pipeline.dataset.golden import GoldenText
from pipeline.dataset.leakage import LeakCheck
from pipeline.dataset.placed import read_history
from pipeline.dataset.splits import Split
from pipeline.dataset.transfer import read_all_examples
from storage.database import reading
from storage.examples import Example, ExampleStatus


def check_settings(settings: AugmentationSettings) -> None:
    """Refuse an endpoint off this machine unless that is allowed.

    Raises:
        AugmentationRefusedError: says which setting to change.
    """
    if not settings.base_url.startswith(("http://", "https://")):
        raise AugmentationRefusedError(
            f"{settings.base_url!r} is no address of a teacher; set"
            " ANALYST_AUGMENTATION__BASE_URL to one that starts with http:// or https://."
        )
    if not is_on_this_machine(settings.base_url) and not settings.allow_external:
        raise AugmentationRefusedError(
            "The teacher is not on this machine, and sending data away is not allowed. Set"
            " ANALYST_AUGMENTATION__ALLOW_EXTERNAL=true to send curated and simulated material."
        )


def load_seed_examples(engine: Engine, settings: AugmentationSettings) -> list[Example]:
    """Return approved examples that may be sent to the teacher and are not validation.

    Raises:
        AugmentationRefusedError: none is left; says why.
    """
    with reading(engine) as session:
        approved = read_all_examples(session, status=ExampleStatus.APPROVED)
        sides = read_history(session).sides
    usable = [
        example
        for example in approved
        if not example.is_negative
        and example.request_text
        and sides.get(example.family_id) is not Split.VALIDATION
    ]
    is_away = not is_on_this_machine(settings.base_url)
    if is_away and not settings.allow_collected:
        own = [example for example in usable if not is_collected(example)]
        if usable and not own:
            raise AugmentationRefusedError(
                "All approved examples hold what users wrote, which may not leave this machine."
                " Start from scenarios (--from scenarios), or set"
                " ANALYST_AUGMENTATION__ALLOW_COLLECTED=true."
            )
        usable = own
    if not usable:
        raise AugmentationRefusedError(
            "There is no approved example to start from. Import the shipped ones with `analyst"
            " examples import`, or start from scenarios (--from scenarios)."
        )
    return usable


def index_known(engine: Engine) -> NearDuplicates:
    """Index every stored example, rejected ones too: what was turned down is not offered again."""
    known = NearDuplicates()
    with reading(engine) as session:
        for example in _stored(session):
            known.add(example.key, fingerprint_text(example.completion, _values(example)))
    return known


def index_forbidden(engine: Engine, golden: Sequence[GoldenText]) -> LeakCheck:
    """Index what must not be repeated: golden cases and the validation side."""
    check = LeakCheck(golden)
    with reading(engine) as session:
        sides = read_history(session).sides
        for example in _stored(session):
            if sides.get(example.family_id) is Split.VALIDATION:
                name = f"validation {example.key}"
                check.add(name, example.request_text, _values(example), example.completion)
    return check


def _stored(session: Session) -> list[Example]:
    everything = read_all_examples(session)
    return [e for e in everything if e.status is not ExampleStatus.REMOVED and e.completion]


def _values(example: Example) -> tuple[float | None, ...]:
    return MetricQuestion.model_validate(example.question).values if example.question else ()
