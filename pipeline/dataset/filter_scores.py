"""Precision and recall of every quality check on labelled texts.

`python -m pipeline.dataset.filter_scores [FOLDER]` prints the table. "Positive" is a text the check
should refuse: precision is the share of refusals that were right, recall the share of bad texts
refused. The folder holds one JSONL file per check (see its README).
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.analysis.answer import AnswerSections
from bot.analysis.facts import Verdict
from bot.analysis.quality.action import check_action
from bot.analysis.quality.duplicates import NearDuplicates, check_near_duplicate, fingerprint_text
from bot.analysis.quality.example import check_numbers
from bot.analysis.quality.finding import QualityCheck, QualityFinding
from bot.analysis.quality.jargon import Glossary, check_jargon
from bot.analysis.quality.language import check_language
from bot.analysis.quality.privacy import check_broadcast_or_link, check_personal_data
from bot.analysis.quality.shape import check_format, check_length
from bot.analysis.quality.vagueness import check_vague
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.glossary import load_glossary
from pipeline.dataset.product import PRODUCT_ANALYSIS

CORPUS = Path("tests/corpora/quality")
GLOSSARY = Path("deploy/glossary.yaml")
_WRITTEN_ON = date(2026, 6, 1)  # relative dates in the corpus count from here

Row = dict[str, Any]


@dataclass(frozen=True)
class CheckScore:
    """One check on one half of its rows. `wrong` names the rows it judged wrongly."""

    check: QualityCheck
    half: str
    good: int
    bad: int
    refused_good: int
    refused_bad: int
    wrong: tuple[str, ...]

    @property
    def precision(self) -> float:
        """Share of refusals that were right; 1 when nothing was refused."""
        refused = self.refused_good + self.refused_bad
        return self.refused_bad / refused if refused else 1.0

    @property
    def recall(self) -> float:
        """Share of bad texts that were refused."""
        return self.refused_bad / self.bad if self.bad else 1.0


def score_checks(folder: Path, analysis: Analysis, glossary: Glossary) -> list[CheckScore]:
    """Run each check on its labelled rows; one score per check and half."""
    judges = _judges(analysis, glossary)
    scores: list[CheckScore] = []
    for check in QualityCheck:
        path = folder / f"{check.value}.jsonl"
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
        scores += [
            _score(check, half, [row for row in rows if row["half"] == half], judges)
            for half in ("dev", "held")
        ]
    return scores


def _score(
    check: QualityCheck,
    half: str,
    rows: list[Row],
    judges: dict[QualityCheck, Callable[[Row], QualityFinding]],
) -> CheckScore:
    refused = {row["id"]: not judges[check](row).passed for row in rows}
    is_bad = {row["id"]: row["label"] == "bad" for row in rows}
    return CheckScore(
        check=check,
        half=half,
        good=sum(not bad for bad in is_bad.values()),
        bad=sum(is_bad.values()),
        refused_good=sum(refused[key] and not is_bad[key] for key in refused),
        refused_bad=sum(refused[key] and is_bad[key] for key in refused),
        wrong=tuple(key for key in refused if refused[key] != is_bad[key]),
    )


def _judges(
    analysis: Analysis, glossary: Glossary
) -> dict[QualityCheck, Callable[[Row], QualityFinding]]:
    return {
        QualityCheck.FORMAT: lambda row: check_format(_sections(row)),
        QualityCheck.LENGTH: lambda row: check_length(_sections(row), Verdict(row["verdict"])),
        QualityCheck.VAGUE: lambda row: check_vague(_sections(row)),
        QualityCheck.NO_CONCRETE_ACTION: lambda row: check_action(row["text"]),
        QualityCheck.JARGON: lambda row: check_jargon(row["text"], glossary, row["asked"]),
        QualityCheck.UNPROVED_NUMBER: lambda row: _judge_numbers(row, analysis),
        QualityCheck.NEAR_DUPLICATE: _judge_duplicate,
        QualityCheck.LANGUAGE: lambda row: check_language(row["text"]),
        QualityCheck.PERSONAL_DATA: lambda row: check_personal_data(row["text"]),
        QualityCheck.BROADCAST_OR_LINK: lambda row: check_broadcast_or_link(row["text"]),
    }


def _sections(row: Row) -> AnswerSections:
    return AnswerSections(
        analysis=row["analysis"],
        recommended_action=row["recommended_action"],
        urgency=row.get("urgency", ""),
    )


def _judge_numbers(row: Row, analysis: Analysis) -> QualityFinding:
    findings = analysis.find(analysis.read(row["request"], _WRITTEN_ON))
    return check_numbers(row["text"], findings, analysis.verify)


def _judge_duplicate(row: Row) -> QualityFinding:
    known = NearDuplicates()
    known.add("earlier", fingerprint_text(row["earlier"], row.get("earlier_values", ())))
    return check_near_duplicate(fingerprint_text(row["text"], row.get("values", ())), known)


def main(folder: Path) -> None:
    """Print the table, development and held-out half apart, and the rows judged wrongly."""
    scores = score_checks(folder, PRODUCT_ANALYSIS, load_glossary(GLOSSARY))
    lines = [f"{'check':20} {'half':5} good  bad  precision  recall  judged wrongly"]
    lines += [
        f"{score.check.value:20} {score.half:5} {score.good:4} {score.bad:4}"
        f"  {score.precision:9.2f}  {score.recall:6.2f}  {' '.join(score.wrong)}"
        for score in scores
    ]
    lines.append(f"{sum(s.good + s.bad for s in scores)} labelled texts")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS)
