"""Training sees exactly the tokens that serving sees, one by one, with the real tokenizer."""

from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import pytest

from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from bot.analysis.prompt import render_messages
from pipeline.training.base_model import TEMPLATES, load_tokenizer
from pipeline.training.presets import CPU_DEMO, PRESETS
from pipeline.training.rows import TrainingRow
from pipeline.training.tokens import IGNORED, tokenize_row

pytestmark = [
    pytest.mark.integration,
    # transformers reads its own deprecated names on import
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning"),
]

ANSWER = "Analysis: activation fell from 42 % to 38 %, −4 pp.\n\nUrgency: High, café <3."
QUESTION = "Activation (%), weekly: 42, 41.5, 41, 40, 38\nContext: UK SMB\nQuestion: why the fall?"


@pytest.fixture(scope="module")
def tokenizer(base_model: Path) -> Any:
    return load_tokenizer(CPU_DEMO)


@pytest.fixture(scope="module")
def messages() -> list[dict[str, str]]:
    findings = compute_findings(read_question(QUESTION, today=date(2026, 11, 20)))
    return [dict(message) for message in render_messages(findings)]  # type: ignore[arg-type]


def make_row(messages: list[dict[str, str]]) -> TrainingRow:
    answer = {"role": "assistant", "content": ANSWER}
    return TrainingRow.model_validate({"prompt": messages, "completion": [answer]})


def test_the_prompt_is_what_the_server_renders(
    tokenizer: Any, messages: list[dict[str, str]], base_model: Path
) -> None:
    # vLLM gets this very file as --chat-template and renders it with the generation prompt.
    template = (base_model / "chat_template.jinja").read_text()
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701  no page
    rendered = environment.from_string(template).render(
        messages=messages, add_generation_prompt=True, bos_token="<|im_start|>"
    )
    served = tokenizer.encode(rendered, add_special_tokens=False)
    row = tokenize_row(make_row(messages), tokenizer)
    assert row.input_ids[: len(served)] == served
    assert row.labels[: len(served)] == [IGNORED] * len(served)


def test_the_completion_is_what_the_server_should_write(
    tokenizer: Any, messages: list[dict[str, str]]
) -> None:
    row = tokenize_row(make_row(messages), tokenizer)
    learned = [label for label in row.labels if label != IGNORED]
    assert learned[-1] == tokenizer.eos_token_id  # where vLLM stops
    assert tokenizer.decode(learned[:-1]) == ANSWER
    assert learned[:-1] == tokenizer.encode(ANSWER, add_special_tokens=False)
    assert row.input_ids[-len(learned) :] == learned


@pytest.mark.parametrize("preset", [p for p in PRESETS.values() if p.chat_template])
def test_shipped_templates_end_answers_and_keep_prompts(
    preset: Any, tokenizer: Any, messages: list[dict[str, str]]
) -> None:
    class WithTemplate:
        eos_token_id = tokenizer.eos_token_id

        def apply_chat_template(self, messages: Any, **options: Any) -> Any:
            text = (TEMPLATES / preset.chat_template).read_text()
            return tokenizer.apply_chat_template(messages, chat_template=text, **options)

    row = tokenize_row(make_row(messages), WithTemplate())
    learned = tokenizer.decode([label for label in row.labels if label != IGNORED][:-1])
    assert learned.strip() == ANSWER
    assert "Activation" in tokenizer.decode(row.input_ids)
