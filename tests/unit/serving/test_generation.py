"""The verified loop against the stub: what is let through, redrafted, replaced, resumed."""

import re
from collections.abc import Sequence

import pytest

from bot.analysis.answer import HEADINGS, Section
from bot.analysis.claims import Claim, ClaimStatus, Verification
from bot.analysis.prompt import Message
from bot.serving import generation
from bot.serving.answer_record import GeneratedAnswer, Writer, WrittenSentence
from bot.serving.client import ModelClient
from bot.serving.editing import NO_EDITOR, Editor
from bot.serving.errors import ModelUnavailableError
from bot.serving.generation import LAST_RESORT, MAX_COMPLETIONS, MAX_SENTENCES, write_answer
from deploy.stub_model import StubFault, StubModel, StubRequest

A, R, U = Section.ANALYSIS, Section.RECOMMENDED_ACTION, Section.URGENCY
MESSAGES: list[Message] = [{"role": "user", "content": "What happened?"}]
GOOD = (
    "Analysis: Activation fell. The redesign is a suspect.\n"
    "Recommended action: Ana rolls it back.\n"
    "Urgency: High. It gets worse."
)
FACTS = {
    A: ["Fact one holds.", "Fact two holds."],
    R: ["Look into the facts."],
    U: ["Medium by rule."],
}


def refuse_nines(text: str, section: Section, accepted: Sequence[WrittenSentence]) -> Verification:
    """Stand in for the verification: every 9 in a sentence is a number nobody can prove."""
    return Verification(
        claims=tuple(
            Claim(
                text="9",
                start=found.start(),
                end=found.end(),
                value=9,
                unit="",
                status=ClaimStatus.UNSUPPORTED,
                fact_id=None,
                reason="9 is in no fact",
            )
            for found in re.finditer("9", text)
        )
    )


class Desk:
    """Runs the loop and keeps what was handed out."""

    def __init__(self, client: ModelClient, stub: StubModel) -> None:
        self.client = client
        self.stub = stub
        self.shown: list[WrittenSentence] = []

    def script(self, *drafts: str) -> None:
        """Let each completion in turn say the next of these texts, the last one ever after."""
        remaining = list(drafts)
        self.stub.script = lambda request: remaining.pop(0) if len(remaining) > 1 else remaining[0]

    def write(
        self,
        accepted: Sequence[WrittenSentence] = (),
        *,
        complete_draft: bool = False,
        require_number: bool = False,
        editor: Editor = NO_EDITOR,
    ) -> GeneratedAnswer:
        return write_answer(
            self.client,
            MESSAGES,
            model=None,
            check=refuse_nines,
            fallback=FACTS.__getitem__,
            on_sentence=self.shown.append,
            accepted=accepted,
            complete_draft=complete_draft,
            require_number=require_number,
            editor=editor,
        )

    @property
    def prefixes(self) -> list[str]:
        return [request.prefix for request in self.stub.requests]


@pytest.fixture
def desk(client: ModelClient, stub: StubModel) -> Desk:
    return Desk(client, stub)


def told(sentences: Sequence[WrittenSentence]) -> list[tuple[Section, str]]:
    return [(sentence.section, sentence.text) for sentence in sentences]


def test_a_good_answer_passes_in_one_completion(desk: Desk) -> None:
    desk.script(GOOD)
    answer = desk.write()
    assert answer.text == GOOD
    assert answer.raw_text == GOOD
    assert told(desk.shown) == told(answer.sentences)
    assert answer.completions == 1
    assert answer.refused == ()
    assert answer.model_written_share == 1
    assert answer.completion_tokens > 0
    assert answer.timings.first_sentence_ms is not None
    assert 0 < answer.timings.first_sentence_ms <= answer.timings.generation_ms
    assert 0 < answer.timings.model_ms <= answer.timings.generation_ms


def test_a_refused_sentence_is_never_handed_out_and_redrafted(desk: Desk) -> None:
    desk.script(
        "Analysis: Activation fell. It fell by 9 %. More of it.",
        " It fell a lot.\nRecommended action: Ana acts.\nUrgency: High.",
    )
    answer = desk.write()
    assert [s.text for s in desk.shown] == [
        "Activation fell.",
        "It fell a lot.",
        "Ana acts.",
        "High.",
    ]
    assert desk.prefixes == ["", "Analysis: Activation fell."]
    (refused,) = answer.refused
    assert (refused.text, refused.reason) == ("It fell by 9 %.", "9 is in no fact")
    assert answer.sentences[1].attempts == 2
    assert answer.model_written_share == 1


def test_a_redraft_is_drawn_otherwise(desk: Desk) -> None:
    desk.script("Analysis: A 9.", " A 9 more.", " Fine.\nRecommended action: Do.\nUrgency: Low.")
    desk.write()
    bodies = [request.body for request in desk.stub.requests]
    assert all(body.get("seed") is None for body in bodies)
    temperatures = [body["temperature"] for body in bodies]
    assert temperatures == sorted(set(temperatures))
    assert temperatures[-1] <= 1


def test_a_seed_that_is_set_differs_from_draft_to_draft(desk: Desk) -> None:
    sampling = desk.client.settings.sampling.model_copy(update={"seed": 5})
    desk.client.settings = desk.client.settings.model_copy(update={"sampling": sampling})
    desk.script("Analysis: A 9.", " A 9 more.", " Fine.\nRecommended action: Do.\nUrgency: Low.")
    desk.write()
    assert [request.body["seed"] for request in desk.stub.requests] == [5, 6, 7]


def test_after_three_drafts_facts_stand_in_and_the_loop_moves_on(desk: Desk) -> None:
    def script(request: StubRequest) -> str:
        if request.prefix.endswith("action:"):
            return " Ana acts.\nUrgency: High."
        return "Analysis: It fell by 9 %."

    desk.stub.script = script
    answer = desk.write()
    assert told(answer.sentences) == [
        (A, "Fact one holds."),
        (A, "Fact two holds."),
        (R, "Ana acts."),
        (U, "High."),
    ]
    assert [s.written_by for s in answer.sentences[:2]] == [Writer.FACTS, Writer.FACTS]
    assert [refused.attempt for refused in answer.refused] == [1, 2, 3]
    assert answer.model_written_share == 0.5
    assert desk.prefixes[-1].endswith("Fact two holds.\nRecommended action:")


def test_with_something_there_one_fact_is_enough(desk: Desk) -> None:
    desk.script(
        "Analysis: It fell. It is 9.",
        " Now 9.",
        " Then 9.",
        " Ana acts.\nUrgency: High.",
    )
    answer = desk.write()
    assert [s.text for s in answer.sentences] == [
        "It fell.",
        "Fact one holds.",
        "Ana acts.",
        "High.",
    ]


def test_an_analysis_without_a_proved_number_is_given_one_fact(desk: Desk) -> None:
    desk.script(GOOD)
    answer = desk.write(require_number=True)
    assert [s.text for s in answer.sentences if s.section is A] == [
        "Activation fell.",
        "The redesign is a suspect.",
        "Fact one holds.",
    ]
    assert answer.sentences[2].written_by is Writer.FACTS


def test_an_editor_refuses_sentences_and_completes_parts(desk: Desk) -> None:
    editor = Editor(
        find_weakness=lambda text, _section, before: "empty" if text == "Hm." and before else "",
        count_missing=lambda section, _text: int(section is U),
    )
    desk.script("Analysis: Activation fell. Hm.", "\nRecommended action: Ana acts.\nUrgency: High.")
    answer = desk.write(editor=editor)
    assert told(answer.sentences) == [
        (A, "Activation fell."), (R, "Ana acts."), (U, "High."), (U, "Medium by rule."),
    ]  # fmt: skip
    (refused,) = answer.refused
    assert (refused.text, refused.reason) == ("Hm.", "empty")
    assert answer.sentences[-1].written_by is Writer.FACTS


def test_a_model_that_proves_nothing_ends_in_facts_within_the_budget(desk: Desk) -> None:
    desk.script(" 9 and 9.")
    answer = desk.write()
    assert [s.text for s in answer.sentences] == [*FACTS[A], *FACTS[R], *FACTS[U]]
    assert answer.model_written_share == 0
    assert answer.completions <= MAX_COMPLETIONS


def test_a_part_left_out_is_asked_for_by_its_heading(desk: Desk) -> None:
    desk.script("It fell.", " Ana acts.", " High.")
    answer = desk.write()
    assert told(answer.sentences) == [(A, "It fell."), (R, "Ana acts."), (U, "High.")]
    assert desk.prefixes == [
        "",
        "Analysis: It fell.\nRecommended action:",
        "Analysis: It fell.\nRecommended action: Ana acts.\nUrgency:",
    ]
    assert answer.refused == ()


def test_a_part_skipped_is_written_before_the_one_after_it(desk: Desk) -> None:
    desk.script("Analysis: It fell.\nUrgency: High.", " Ana acts.\nUrgency: Low.")
    answer = desk.write()
    assert told(desk.shown) == [(A, "It fell."), (R, "Ana acts."), (U, "Low.")]
    assert answer.refused == ()


def test_an_answer_that_starts_over_is_ended(desk: Desk) -> None:
    desk.script(GOOD + "\nAnalysis: And again. And again.")
    assert desk.write().text == GOOD
    assert len(desk.stub.requests) == 1


def test_a_repeated_sentence_ends_its_part(desk: Desk) -> None:
    desk.script("Analysis: It fell. It fell! It fell.", " Ana acts.\nUrgency: High.")
    answer = desk.write()
    assert [s.text for s in answer.sentences] == ["It fell.", "Ana acts.", "High."]
    assert [refused.reason for refused in answer.refused] == ["repeats an earlier sentence"]


def test_a_model_that_runs_on_is_cut(desk: Desk) -> None:
    endless = " ".join(f"Point {'i' * n} is made." for n in range(1, 40))
    desk.script(f"Analysis: {endless}", " Ana acts.\nUrgency: High.")
    answer = desk.write()
    assert sum(s.section is A for s in answer.sentences) == MAX_SENTENCES[A]
    assert answer.sentences[-1].text == "High."


def test_a_sentence_without_an_end_is_refused(desk: Desk) -> None:
    desk.script("Analysis: " + "and on " * 200)
    answer = desk.write()
    assert answer.refused[0].reason == "a sentence without an end"
    assert [s.text for s in answer.sentences][:2] == FACTS[A]


def test_a_tail_cut_off_by_the_token_limit_is_not_shown(desk: Desk) -> None:
    sampling = desk.client.settings.sampling.model_copy(update={"max_tokens": 5})
    desk.client.settings = desk.client.settings.model_copy(update={"sampling": sampling})
    desk.script(
        "Analysis: It fell. And now it could have",
        " It rose.\nRecommended action: Go.",
        " High.",
    )
    answer = desk.write()
    assert [s.text for s in answer.sentences] == ["It fell.", "It rose.", "Go.", "High."]


def test_an_interrupted_answer_goes_on_where_it_was(desk: Desk) -> None:
    desk.script(GOOD)
    whole = desk.write()
    desk.stub.requests.clear()
    desk.script(" Ana rolls it back.\nUrgency: High. It gets worse.")
    desk.shown.clear()
    answer = desk.write(accepted=whole.sentences[:3])
    assert told(answer.sentences[:3]) == told(whole.sentences[:3])
    assert desk.prefixes[0] == (
        "Analysis: Activation fell. The redesign is a suspect.\n"
        "Recommended action: Ana rolls it back."
    )
    assert all(sentence not in whole.sentences[:3] for sentence in desk.shown)
    assert {s.section for s in answer.sentences} == set(Section)


def test_facts_that_closed_a_part_keep_it_closed_after_an_interruption(desk: Desk) -> None:
    by_facts = WrittenSentence(section=A, text="Fact one holds.", written_by=Writer.FACTS)
    desk.script(" Ana acts.\nUrgency: High.")
    answer = desk.write(accepted=[by_facts])
    assert desk.prefixes == ["Analysis: Fact one holds.\nRecommended action:"]
    assert len(answer.sentences) == 3


def test_a_server_that_goes_away_leaves_what_was_shown(desk: Desk) -> None:
    desk.script(GOOD)
    desk.stub.fail_next(StubFault.DISCONNECT, after_tokens=6)
    with pytest.raises(ModelUnavailableError):
        desk.write()
    assert [s.text for s in desk.shown] == ["Activation fell."]
    answer = desk.write(accepted=list(desk.shown))
    assert {s.section for s in answer.sentences} == set(Section)


def test_an_error_of_the_reader_ends_the_servers_work(desk: Desk) -> None:
    desk.stub.token_seconds = 0.02
    desk.script(GOOD)

    def fail(sentence: WrittenSentence) -> None:
        raise LookupError("the thread is gone")

    with pytest.raises(LookupError):
        write_answer(
            desk.client,
            MESSAGES,
            model=None,
            check=refuse_nines,
            fallback=FACTS.__getitem__,
            on_sentence=fail,
        )
    assert len(desk.stub.requests) == 1


def test_the_whole_draft_is_read_for_evaluation(desk: Desk) -> None:
    draft = "Analysis: It is 9. It fell.\nRecommended action: Do 9.\nUrgency: High."
    desk.script(draft, " Fine.\nRecommended action: Do.\nUrgency: Low.")
    answer = desk.write(complete_draft=True)
    assert answer.raw_text == draft
    assert "9" not in answer.text


def test_when_time_is_up_facts_end_the_answer(desk: Desk) -> None:
    desk.client.settings = desk.client.settings.model_copy(update={"answer_timeout_seconds": 1e-9})
    desk.script(GOOD)
    answer = desk.write()
    assert desk.stub.requests == []
    assert [s.text for s in answer.sentences] == [*FACTS[A], *FACTS[R], *FACTS[U]]


def test_without_usable_facts_a_sentence_without_numbers_stands_in(
    desk: Desk, client: ModelClient
) -> None:
    desk.script(" 9.")
    answer = write_answer(
        client,
        MESSAGES,
        model=None,
        check=refuse_nines,
        fallback=lambda section: ["Fact 9 cannot be proved either."],
        on_sentence=desk.shown.append,
    )
    assert [s.text for s in answer.sentences] == [LAST_RESORT[section] for section in Section]
    assert not any(re.search(r"\d", text) for text in LAST_RESORT.values())


def test_every_part_has_a_limit_and_a_last_resort() -> None:
    assert set(generation.MAX_SENTENCES) == set(Section) == set(LAST_RESORT) == set(HEADINGS)
