"""A separate process that augments and dies at a named point: what the crash tests start."""

import json
import os
import sys
from datetime import date
from pathlib import Path

from bot.analysis.claims import Verification
from pipeline.augmentation.run import AugmentationPlan, run_augmentation
from pipeline.augmentation.seeds import SeedKind
from pipeline.augmentation.settings import AugmentationSettings
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.glossary import load_glossary
from pipeline.dataset.product import PRODUCT_ANALYSIS
from storage.database import open_database

KILLED = 9


def main(url: str, settings: str, count: int, kind: str, die_at: str, die_after: int) -> None:
    """Run to the end, or end the process without any clean-up at the n-th passing of a point."""
    passed = 0

    def at_point(point: str) -> None:
        nonlocal passed
        passed += point == die_at
        if point == die_at and passed == die_after:
            os._exit(KILLED)

    analysis = Analysis(
        PRODUCT_ANALYSIS.read, PRODUCT_ANALYSIS.find, lambda _text, _facts: Verification(claims=())
    )
    report = run_augmentation(
        open_database(url),
        AugmentationSettings.model_validate_json(settings),
        AugmentationPlan("crash", count, SeedKind(kind)),
        analysis,
        load_glossary(Path(__file__).parents[3] / "deploy" / "glossary.yaml"),
        (),
        at_point=at_point,
        today=lambda: date(2026, 6, 1),
    )
    sys.stdout.write(json.dumps(report.__dict__))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5], int(sys.argv[6]))
