"""A planted preference: sixty corrections that all say who owns it; does the model take it up?

The scenario simulator asks and answers; a correction is its answer with one sentence more at the
end of the recommended action ("The onboarding team owns it."). From an adapter that never saw
such a sentence, the CPU preset's step on corrections (DPO with its SFT term, its rate and its step
budget) is done on sixty of them. Other questions of the same simulator are answered before and
after, greedily, by the unquantised model as it is served, raw: no check or filter has a part.

    python -m deploy.bench.planted_preference [--quick] [--adapter NAME] [--learning-rate 5e-5]

Besides the share of answers with the clause it states what the model gives for the clause at its
place in the simulator's answers: that moves long before greedy answers do.
"""

import argparse
import gc
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.analysis.answer import AnswerSections, render_answer
from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from bot.analysis.prompt import render_messages
from deploy.bench.table import Row, report
from deploy.settings import load_settings
from deploy.starter import STARTER_FOLDER
from pipeline.simulation.examples import write_example
from pipeline.simulator.scenario import draw_training_scenarios
from pipeline.training.artefact import check_adapter
from pipeline.training.environment import training_environment
from pipeline.training.errors import TrainingFailedError
from pipeline.training.pairs import PreferencePair, TokenizedPair, tokenize_pairs
from pipeline.training.presets import CPU_DEMO, Preset
from pipeline.training.rows import ChatMessage, TrainingRow
from pipeline.training.tokens import IGNORED, TokenizedRow, tokenize_row

SEED = 31
SCENARIOS = 1600  # about one in sixteen is short enough and read back as meant
LONGEST_SERIES = 8  # values; keeps a row at about 530 tokens
NEW_TOKENS = 300  # the simulator's answers have about 190
BATCH = 6  # answers written at once
_CLAUSE = re.compile(r"\bowns (it|this)\b", re.IGNORECASE)
_OWNER = re.compile(r"^(The [^.;]+?) should\b")


@dataclass(frozen=True)
class Answered:
    """Raw answers to the held-out questions, and the loss (nats per token) at planted clauses."""

    texts: tuple[str, ...]
    clause_loss: float

    @property
    def holding(self) -> int:
        """How many answers hold the clause."""
        return sum(holds_clause(text) for text in self.texts)


def add_clause(sections: AnswerSections) -> AnswerSections:
    """Say at the end of the recommended action who owns it."""
    action = sections.recommended_action
    owner = match[1] if (match := _OWNER.match(action)) else "The growth team"
    return sections.model_copy(update={"recommended_action": f"{action} {owner} owns it."})


def holds_clause(text: str) -> bool:
    """Tell whether an answer says who owns it."""
    return _CLAUSE.search(text) is not None


def draw_pairs(scenarios: int = SCENARIOS, seed: int = SEED) -> Iterator[PreferencePair]:
    """Corrections of short requests, each of another scenario; the rejected lack the clause."""
    for number, scenario in enumerate(draw_training_scenarios(scenarios, seed), 1):
        if len(scenario.question.values) > LONGEST_SERIES:
            continue
        example = write_example(scenario, number)
        if example is None or not example.recommended_action:
            continue
        findings = compute_findings(read_question(example.request, today=example.written_on))
        prompt = [ChatMessage.model_validate(message) for message in render_messages(findings)]
        chosen, rejected = (
            ChatMessage(role="assistant", content=render_answer(sections))
            for sections in (add_clause(example.sections), example.sections)
        )
        yield PreferencePair(
            prompt=tuple(prompt), chosen=(chosen,), rejected=(rejected,), example_id=example.id
        )


def split_pairs(
    pairs: Iterator[PreferencePair], corrections: int, held_out: int
) -> tuple[list[PreferencePair], list[PreferencePair]]:
    """The first pairs to learn from and the next to ask; no prompt comes twice."""
    drawn: dict[str, PreferencePair] = {}
    for pair in pairs:
        drawn.setdefault(pair.prompt[-1].content, pair)
        if len(drawn) == corrections + held_out:
            break
    else:
        sys.exit(f"Only {len(drawn)} short requests could be drawn; ask for fewer corrections.")
    ordered = list(drawn.values())
    return ordered[:corrections], ordered[corrections:]


def label_clause(pair: TokenizedPair) -> TokenizedRow:
    """The chosen answer, with loss on the tokens that the rejected one lacks."""
    alike = zip(pair.chosen_ids, pair.rejected_ids, strict=False)
    same = next(at for at, (one, other) in enumerate(alike) if one != other)
    first = len(pair.prompt_ids) + same
    last = first + len(pair.chosen_ids) - len(pair.rejected_ids)
    ids = pair.prompt_ids + pair.chosen_ids
    labels = [token if first <= at < last else IGNORED for at, token in enumerate(ids)]
    return TokenizedRow(example_id=pair.example_id, input_ids=ids, labels=labels)


def choose_preset(rate: float | None) -> Preset:
    """The CPU preset, with another rate of the step on corrections if one is given."""
    settings = CPU_DEMO.preference
    if settings is None or rate is None:
        return CPU_DEMO
    changed = settings.model_copy(update={"learning_rate": rate})
    return CPU_DEMO.model_copy(update={"preference": changed})


def find_adapter(name: str | None) -> Path:
    """The folder of an adapter of this installation, or the starter's; checked."""
    if name is None:
        folder = max(path for path in STARTER_FOLDER.glob("growth-analyst-*") if path.is_dir())
    else:
        folder = load_settings().vllm.adapters_dir / name
    try:
        check_adapter(folder)
    except TrainingFailedError as error:
        sys.exit(str(error))
    return folder


def answer_held_out(
    adapter: Path, tokenizer: Any, held_out: Sequence[TokenizedPair], preset: Preset, longest: int
) -> Answered:
    """Answer greedily, in `longest` tokens, with base model and adapter in bf16 as served."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    from pipeline.training.preferring import measure_loss

    base = AutoModelForCausalLM.from_pretrained(
        preset.base_model, dtype=torch.bfloat16, local_files_only=True
    )
    model = PeftModel.from_pretrained(base, str(adapter)).eval()
    texts: list[str] = []
    for at in range(0, len(held_out), BATCH):
        prompts = [pair.prompt_ids for pair in held_out[at : at + BATCH]]
        width = max(map(len, prompts))
        padding = [[tokenizer.pad_token_id] * (width - len(prompt)) for prompt in prompts]
        ids = torch.tensor([left + prompt for left, prompt in zip(padding, prompts, strict=True)])
        mask = torch.tensor(
            [[0] * len(left) + [1] * (width - len(left)) for left in padding], dtype=torch.long
        )
        with torch.no_grad():
            written = model.generate(
                input_ids=ids, attention_mask=mask, max_new_tokens=longest, do_sample=False,
                eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
            )  # fmt: skip
        texts += tokenizer.batch_decode(written[:, width:], skip_special_tokens=True)
    clauses = [label_clause(pair) for pair in held_out]
    return Answered(texts=tuple(texts), clause_loss=measure_loss(model, clauses))


def describe(
    before: Answered, after: Answered, learned: Any, preset: Preset, memory_bytes: int, how: str
) -> list[Row]:
    """Rows of the report."""
    asked = len(before.texts)
    return [
        Row("answers with the clause before", before.holding, f"of {asked}", how=how),
        Row("answers with the clause after", after.holding, f"of {asked}", how=how),
        Row("loss at the clause before", before.clause_loss, "nats per token"),
        Row("loss at the clause after", after.clause_loss, "nats per token"),
        Row("corrections", learned.pairs, "pairs", how=f"{learned.steps} steps"),
        Row("learning rate", preset.preference.learning_rate if preset.preference else 0.0, ""),
        Row("pairs that gained at the end", learned.accuracy, "share", how="last quarter"),
        Row("margin at the end", learned.margin, "beta x nats", how="last quarter"),
        Row("loss of plain answers before", learned.eval_loss_before, "nats per token"),
        Row("loss of plain answers after", learned.eval_loss, "nats per token"),
        Row("time of the step", learned.seconds, "s", how=learned.stopped_because),
        Row("peak memory of the process", memory_bytes / 1e9, "GB", how="answering included"),
    ]


def main() -> None:
    """Answer, learn, answer again, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", help="name of an adapter here; default: the starter")
    parser.add_argument("--corrections", type=int, default=60)
    parser.add_argument("--held-out", type=int, default=12)
    parser.add_argument("--learning-rate", type=float, help="default: the preset's")
    parser.add_argument("--new-tokens", type=int, default=NEW_TOKENS)
    parser.add_argument("--quick", action="store_true", help="8 corrections, nothing kept")
    given = parser.parse_args()
    if given.quick:
        given.corrections, given.held_out, given.new_tokens = 8, 2, 60
    os.environ.update(training_environment())  # before torch reads it
    preset = choose_preset(given.learning_rate)
    adapter = find_adapter(given.adapter)
    corrections, held_out = split_pairs(draw_pairs(), given.corrections, given.held_out)

    from pipeline.training.base_model import load_model, load_tokenizer
    from pipeline.training.checks import peak_memory_bytes
    from pipeline.training.preferring import fit_preferences

    tokenizer = load_tokenizer(preset)
    learning = tokenize_pairs(corrections, tokenizer, preset.row_tokens)
    asking = tokenize_pairs(held_out, tokenizer, preset.row_tokens)
    plain = [TrainingRow(prompt=p.prompt, completion=p.rejected) for p in held_out[:BATCH]]
    validation = [tokenize_row(row, tokenizer) for row in plain]
    before = answer_held_out(adapter, tokenizer, asking, preset, given.new_tokens)
    gc.collect()
    with tempfile.TemporaryDirectory() as folder:
        preferred = fit_preferences(
            load_model(preset), adapter, tokenizer, learning, validation, preset, Path(folder),
            steps_before=0,
        )  # fmt: skip
        gc.collect()
        after = answer_held_out(preferred.checkpoint, tokenizer, asking, preset, given.new_tokens)
    for number, texts in enumerate(zip(before.texts, after.texts, strict=True), 1):
        sys.stdout.write(f"\n-- {number} before\n{texts[0]}\n-- {number} after\n{texts[1]}\n")
    longest = max(pair.longest for pair in learning)
    how = (
        f"{adapter.name}; requests of at most {LONGEST_SERIES} values (rows up to {longest} "
        "tokens), simulator's own answers as the rejected ones, answers of at most "
        f"{given.new_tokens} tokens, greedy; one run, one seed"
    )
    memory = peak_memory_bytes()
    told = describe(before, after, preferred.result, preset, memory, how)
    report("planted_preference", told, is_kept=not given.quick)


if __name__ == "__main__":
    main()
