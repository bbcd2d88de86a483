"""What the teacher is told. The facts come from code; the teacher chooses words, never numbers."""

from bot.analysis.facts import Findings
from bot.analysis.prompt import Message, clean_text, render_prompt
from pipeline.augmentation.seeds import ExampleSeed

_CASE_SYSTEM = (
    "You invent realistic requests that growth teams paste into a chat to have a metric analysed."
    " Write one message as a busy colleague would: metric, unit, the series oldest first, period,"
    " segment or market, recorded changes with when they happened, and a question. Invent plausible"
    " values with noise; rates stay between 0 and 100 %, counts are whole numbers. No names, no"
    " links, no addresses, no analysis and no answer. Reply as JSON with the field request."
)
_ANSWER_SYSTEM = (
    "You are a senior growth analyst who writes model answers for training. Explain the metric"
    " using only the facts given. Copy numbers exactly as the facts state them; never compute,"
    " invent or predict a number, and name no benchmark. A recorded change that fits is a suspect,"
    " not a proof: say how sure you are. Write 100 to 200 words in plain English without jargon,"
    " links, names of people or headings.\n"
    "analysis: what happened, with its window, and the likeliest explanation.\n"
    "recommended_action: which role does what, by when, and what result would confirm it.\n"
    "urgency_level: High, Medium or Low. urgency_reason: why, in one sentence.\n"
    "Where the verdict is insufficient evidence, say so briefly and recommend what to measure."
    " Reply as JSON with the fields analysis, recommended_action, urgency_level and urgency_reason."
)
_SEED_CHARACTERS = 2500  # a long pasted series teaches the form as well when it is cut


def case_messages(seed: ExampleSeed) -> list[Message]:
    """Ask for a new request in the manner of a seed, about another metric, pattern and context."""
    wanted = (
        f"Metric: {seed.metric} ({seed.definition}). Pattern of the series: {seed.pattern}."
        f" Context: {seed.context}. Values are {seed.period}, {seed.points} of them."
        f" Recorded changes: {seed.change or 'none'}."
    )
    example = clean_text(seed.request, _SEED_CHARACTERS)
    return [
        {"role": "system", "content": _CASE_SYSTEM},
        {
            "role": "user",
            "content": (
                f"A request somebody wrote, for the tone only:\n<<<\n{example}\n>>>\n\n"
                f"Write a new one with other values and other wording.\n{wanted}"
            ),
        },
    ]


def answer_messages(findings: Findings) -> list[Message]:
    """Ask for the answer to a case, from its computed facts."""
    return [
        {"role": "system", "content": _ANSWER_SYSTEM},
        {"role": "user", "content": render_prompt(findings)},
    ]
