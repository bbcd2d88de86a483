"""From request to adapter and back; a person's data goes, and who still holds it is named."""

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

import storage.corrections
import storage.ratings
from bot.candidates import Curation, propose_correction
from bot.dossier import load_dossier
from bot.known_examples import KnownExamples
from bot.settings import FeedbackSettings
from deploy.cli import app
from storage.database import reading, transaction
from storage.datasets import create_dataset_version
from storage.errors import NotFoundError
from storage.examples import ExampleStatus, get_example
from storage.lineage import remove_person, trace_example, trace_request
from storage.reviews import Decision, decide_example
from storage.training_runs import TrainingRun
from tests.integration.feedback.asked import ASKER, add_answer, good_parts
from tests.integration.feedback.test_candidates import GLOSSARY, RATER, REVIEWER

pytestmark = pytest.mark.integration


@pytest.fixture
def trained(engine: Engine) -> tuple[str, int]:
    """An approved correction in dataset 1, which one adapter was trained on."""
    with transaction(engine) as session:
        answer_id = add_answer(session, 1, good_parts(1), adapter="growth-analyst-v0-00000000")
        dossier = load_dossier(session, answer_id)
        assert dossier is not None
        sections = {part.value: text for part, text in good_parts(1, "Ask support.").items()}
        correction = storage.corrections.record_correction(
            session,
            key="view:1",
            answer_id=answer_id,
            user_id=RATER,
            sections=sections,
            comment="mine",
        )
        storage.ratings.rate(session, answer_id, RATER, "1", "k1", score=1, comment="private")
    curation = Curation(engine, FeedbackSettings(), GLOSSARY, KnownExamples())
    _, example = propose_correction(curation, dossier, correction.id)
    assert example is not None
    with transaction(engine) as session:
        decide_example(session, example.id, REVIEWER, Decision.APPROVE)
        create_dataset_version(
            session, fingerprint="f", members=[(example.id, "train")], counts={"train": 1}
        )
        run = TrainingRun(key="t1", preset="p", dataset_version=1, adapter_name="growth-v1")
        session.add(run)
    return dossier.request.id, example.id


def test_lineage_is_walked_both_ways(engine: Engine, trained: tuple[str, int]) -> None:
    request_id, example_id = trained
    with reading(engine) as session:
        back = trace_example(session, example_id)
        forward = trace_request(session, request_id)
        with pytest.raises(NotFoundError):
            trace_example(session, 999)
    assert forward == [back]
    assert (back.request, back.asked_by) == (request_id, ASKER)
    assert back.answered_by == "growth-analyst-v0-00000000"
    assert [rating["score"] for rating in back.ratings] == [1]
    assert [made["decision"] for made in back.decisions] == ["approve"]
    assert (back.datasets, back.adapters) == ([1], ["growth-v1"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_reference_under_an_answer_leads_to_what_came_of_it(
    trained: tuple[str, int], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id, example_id = trained
    monkeypatch.setenv("ANALYST_STORAGE__URL", database_url)
    told = CliRunner().invoke(app, ["examples", "show", request_id[:8]])
    assert told.exit_code == 0, told.output
    for line in (f"example: {example_id}", "datasets: [1]", "adapters: ['growth-v1']"):
        assert line in told.stdout


@pytest.mark.parametrize("person", [RATER, ASKER])
def test_a_persons_data_is_removed_and_its_holders_are_named(
    engine: Engine, trained: tuple[str, int], person: str
) -> None:
    _, example_id = trained
    with transaction(engine) as session:
        removal = remove_person(session, person, "cli:operator")
    assert (removal.examples, removal.datasets, removal.adapters) == (1, [1], ["growth-v1"])
    with reading(engine) as session:
        example = get_example(session, example_id)
        [correction] = storage.corrections.list_corrections(session)
        rating = storage.ratings.get_rating(session, str(correction.answer_id), RATER)
    assert example is not None
    assert rating is not None
    assert (example.status, example.completion, example.request_text) == (
        ExampleStatus.REMOVED,
        "",
        "",
    )
    is_writer = person == RATER
    assert (correction.sections == {}, correction.comment == "") == (is_writer, is_writer)
    assert (rating.score, rating.comment == "") == (1, is_writer)
