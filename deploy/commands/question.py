"""`analyst findings`, `analyst verify` and `analyst ask`: one question, without Slack."""

import json
import sys
import time
from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.analysis.claims import Claim
from bot.analysis.facts import Findings
from bot.analysis.prompt import describe_verdict
from bot.analysis.verification import verify_answer
from bot.answering import Author, author_for, choose_author, write_checked_answer
from bot.serving.answer_record import WrittenSentence
from bot.serving.client import ModelClient
from bot.serving.errors import ModelError
from bot.shots import load_shots
from deploy.commands.drivers import Outcome, load_facts
from deploy.commands.output import bad_input_from, fail, print_json, print_line, read_input
from deploy.commands.question_files import (
    AskedWith,
    ColumnName,
    ReadAs,
    Segment,
    Sheet,
    TableOptions,
)
from deploy.settings import SettingsError, load_settings
from storage.database import migrate, open_database

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
QuestionFile = Annotated[
    str, typer.Argument(metavar="FILE", help="Text, CSV, TSV or XLSX; - for standard input.")
]


def findings(
    file: QuestionFile,
    as_json: AsJson = False,
    sheet: Sheet = "",
    column: ColumnName = "",
    segment: Segment = None,
    question: AskedWith = "",
    read_as: ReadAs = None,
    outcome: Outcome = "",
) -> None:
    """Compute the facts of a question; no model needed."""
    options = TableOptions(sheet, column, tuple(segment or ()), question, tuple(read_as or ()))
    loaded = load_facts(file, options, outcome)
    found = loaded.findings
    if as_json:
        print_json(findings_json(found) | {"reading": list(loaded.statement)})
        return
    for sentence in loaded.statement:
        print_line(f"~ {sentence}")
    print_line(f"{found.question.metric}: {describe_verdict(found)}")
    for fact in found.facts:
        if fact.id in found.prompt_facts:
            print_line(f"- {fact.text}")
    for note in (*found.question.assumptions, *found.warnings):
        print_line(f"! {note}")


def verify(
    question: Annotated[str, typer.Option(help="File with the question.")],
    answer: Annotated[str, typer.Option(help="File with the answer to check.")],
    as_json: AsJson = False,
    outcome: Outcome = "",
) -> None:
    """Check every number and worded quantity of an answer against the facts."""
    found = load_facts(question, outcome=outcome).findings
    text = read_input(answer).decode("utf-8", errors="replace")
    checked = verify_answer(text, found)
    if as_json:
        print_json(
            {"verified": checked.verified, "claims": [claim_json(c) for c in checked.claims]}
        )
        return
    for claim in checked.claims:
        print_line(f"{claim.status.value:11} {claim.text!r}: {claim.reason}")
    print_line("Verified." if checked.verified else "Not verified.")


def ask(
    file: QuestionFile,
    as_json: AsJson = False,
    adapter: Annotated[
        str | None, typer.Option(help="Adapter to write with; default: the live one.")
    ] = None,
    sheet: Sheet = "",
    column: ColumnName = "",
    segment: Segment = None,
    question: AskedWith = "",
    read_as: ReadAs = None,
    outcome: Outcome = "",
) -> None:
    """Answer a question with the model, every sentence checked; vLLM must be running."""
    started = time.perf_counter()
    with bad_input_from(SettingsError):
        settings = load_settings()
    options = TableOptions(sheet, column, tuple(segment or ()), question, tuple(read_as or ()))
    loaded = load_facts(file, options, outcome)
    found = loaded.findings
    engine = open_database(settings.storage.url)
    migrate(engine)
    with Session(engine) as session:
        author = _author(session, settings.serving.model, adapter)

    def show(sentence: WrittenSentence) -> None:
        if not as_json:
            print_line(f"[{sentence.section.value}] {sentence.text}")
            sys.stdout.flush()

    if not as_json:
        for line in loaded.statement:
            print_line(f"~ {line}")
    try:
        with ModelClient(settings.serving) as model:
            written = write_checked_answer(found, author, model, on_sentence=show)
    except ModelError as error:
        raise fail(f"{error} Start it with `analyst up` or `analyst demo`.") from error
    if not as_json:
        print_line(f"written by {author.label}")
        return
    text = written.text
    checked = verify_answer(text, found)
    print_json(
        {
            "answer": text,
            "reading": list(loaded.statement),
            "model_written_share": written.model_written_share,
            "sections": written.sections.model_dump(),
            "adapter": author.adapter,
            "model_label": author.label,
            "verified": checked.verified,
            "claims": [claim_json(claim) for claim in checked.claims],
            "attempts": written.completions,
            "refused": [refused.model_dump(mode="json") for refused in written.refused],
            "timings_ms": {
                "findings": round(loaded.milliseconds, 1),
                "first_sentence": round(written.timings.first_sentence_ms or 0.0, 1),
                "generation": round(written.timings.generation_ms, 1),
                "total": round((time.perf_counter() - started) * 1000, 1),
            },
        }
    )


def findings_json(found: Findings) -> dict[str, Any]:
    """The JSON of `analyst findings`."""
    question = found.question
    return {
        "metric": question.metric,
        "unit": question.unit,
        "kind": question.kind.value,
        "period": question.period.value,
        "values": list(question.values),
        "facts": [fact.model_dump(mode="json") for fact in found.facts],
        "prompt_facts": list(found.prompt_facts),
        "verdict": found.verdict.value,
        "warnings": list(found.warnings),
        "assumptions": list(question.assumptions),
    }


def claim_json(claim: Claim) -> dict[str, Any]:
    """One claim as the JSON contract has it."""
    return json.loads(claim.model_dump_json())  # type: ignore[no-any-return]


def _author(session: Session, base_model: str, adapter: str | None) -> Author:
    shots = load_shots()
    if adapter is not None:
        return author_for(adapter, base_model=base_model, shots=shots)
    return choose_author(session, base_model=base_model, thread_key="command-line", shots=shots)
