"""Worked examples for the base model, which has never seen the task: few-shot prompting.

Kept as requests with hand-written answers and rendered like any other prompt, so that they
follow every change of the renderer. An adapter needs none.
"""

import json
from datetime import date
from pathlib import Path

from bot.analysis.answer import AnswerSections
from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from bot.analysis.prompt import Shot, render_completion, render_prompt

SHOTS_FILE = Path(__file__).with_name("shots.json")
WRITTEN_ON = date(2026, 6, 1)  # "5 weeks ago" in the examples counts from here


def load_shots(path: Path = SHOTS_FILE) -> tuple[Shot, ...]:
    """Render every example of the file; about 0.1 s."""
    return tuple(_render(item) for item in json.loads(path.read_text(encoding="utf-8")))


def _render(item: dict[str, str]) -> Shot:
    question = read_question(item["request"], today=WRITTEN_ON)
    sections = AnswerSections(
        analysis=item["analysis"],
        recommended_action=item["recommended_action"],
        urgency=item["urgency"],
    )
    return Shot(
        prompt=render_prompt(compute_findings(question)), completion=render_completion(sections)
    )
