"""The model card: data, settings, curves, licence, how to make the adapter again."""

from typing import Any

from pipeline.training.presets import Preset


def write_card(preset: Preset, record: dict[str, Any]) -> str:
    """Return README.md for an adapter from its training record (training.json)."""
    data, result, plan = record["dataset"], record["result"], record["plan"]
    first = result["first_eval_loss"]
    before = f" (before training: {first:.4f})" if first is not None else ""
    notes = "".join(f"- {note}\n" for note in plan["notes"]) or "- none: as in the preset\n"
    version = f"Version {data['version']}" if data["version"] else "A folder without version"
    settings = "".join(
        f"| {name} | {_show(value)} |\n"
        for name, value in preset.model_dump().items()
        if name not in {"name", "purpose", "preference"} and value is not None
    )
    packages = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    return f"""---
base_model: {preset.base_model}
library_name: peft
license: {preset.licence}
tags: [lora, growth-analytics]
---
# Growth Analyst adapter

A LoRA adapter for {preset.hub_id or preset.base_model}: it explains a growth metric from given
facts and recommends one action. It is one part of a product that computes the facts and checks
every number of the answer; without that, do not rely on its numbers.

## Result
Best validation loss on completion tokens **{result["best_eval_loss"]:.4f}**{before}, at step
{result["best_step"]} of {result["steps"]}. Training ended because {result["stopped_because"]}.
It took {result["seconds"] / 60:.1f} minutes and {result["peak_memory_bytes"] / 1e9:.1f} GB of
memory at most. A low loss is no proof of good answers: see the evaluation report of the adapter.

![Training and validation loss](curves.png)

## Data
{version}, fingerprint `{data["fingerprint"]}`: {data["train_rows"]} training and
{data["validation_rows"]} validation rows, {data["train_tokens"]} tokens of which
{data["completion_tokens"]} carry loss. General chat examples against forgetting, among the
training rows: {data.get("general_rows", 0)}. Left out as too long: {len(data["left_out"])}.

## Corrections
{_tell_preference(preset, record)}

## Settings (preset `{preset.name}`)
| setting | value |
|---|---|
{settings}
Changed to fit this run:
{notes}
## Make it again
    analyst train --preset {preset.name} --dataset <folder of this dataset>

Seed {preset.seed}. Versions: {packages}. The same data, seed and versions on the same kind of
machine give the same adapter within rounding.

## Licence
The base model's licence is {preset.licence}; the examples belong to whoever wrote them.
"""


def _tell_preference(preset: Preset, record: dict[str, Any]) -> str:
    told = record.get("preference")
    if told is None or preset.preference is None:
        return str(record.get("preference_note") or "Corrections served as examples only.")
    settings = ", ".join(
        f"{name} {value}" for name, value in preset.preference.model_dump().items() if value
    )
    return (
        f"After the answers, {told['steps']} steps of DPO (sigmoid) with an SFT term on "
        f"{told['pairs']} pairs of a correction and the answer it replaced, the adapter of the "
        f"answers as reference: at the end {told['accuracy']:.0%} of the pairs had the correction "
        f"gain more (margin {told['margin']:.3f}). Validation loss {told['eval_loss_before']:.4f} "
        f"before and {told['eval_loss']:.4f} after it. Settings: {settings}."
    )


def _show(value: object) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)
