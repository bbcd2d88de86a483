"""Score the parser against the reading corpus: share right by field, failures listed.

    python tests/corpora/score_reading.py [--quiet] [--today 2026-11-23]

A row counts as right when every key its expectation (or one of its fair alternatives) names is
right. Keys that are absent are not judged. See `reading/README.md` for the fields.
"""

import argparse
import json
import math
import sys
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.analysis.parsing import read_question
from bot.analysis.question import UnreadableQuestionError

CORPUS = Path(__file__).parent / "reading" / "pasted.jsonl"
FIELDS = ("problem", "values", "unit", "period", "metric", "cohort_size", "n_changes",
          "incomplete_last")  # fmt: skip
TODAY = date(2026, 11, 23)


def read(text: str, today: date) -> dict[str, object]:
    """The reading of one text, under the keys of the corpus."""
    try:
        question = read_question(text, today=today)
    except UnreadableQuestionError as error:
        return {"problem": error.problems[0].code.value}
    except Exception:  # noqa: BLE001 - a crash is a failure to list, not to stop at
        return {"problem": "CRASH " + traceback.format_exc(limit=-2)}
    return {
        "problem": None,
        "values": list(question.values),
        "unit": question.unit,
        "period": question.period.value,
        "metric": question.metric,
        "cohort_size": question.cohort_size,
        "n_changes": len(question.changes),
        "incomplete_last": question.incomplete_last,
    }


def is_right(key: str, expected: object, got: object) -> bool:
    """Whether one field was read as expected (names by containment, numbers nearly equal)."""
    if key == "metric":
        wanted, found = plain(expected), plain(got)
        return bool(found) and (wanted in found or found in wanted)
    if key == "values" and isinstance(expected, Sequence) and isinstance(got, Sequence):
        return len(expected) == len(got) and all(map(same_number, expected, got))
    if key == "cohort_size":
        return same_number(expected, got)
    return expected == got


def plain(name: object) -> str:
    """A metric name for comparing: lower case, underscores and hyphens as spaces."""
    return str(name or "").casefold().replace("_", " ").replace("-", " ")


def same_number(a: object, b: object) -> bool:
    """Equal to nine digits; None only equals None."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    return a is b


def judge(row: Mapping[str, object], got: Mapping[str, object]) -> tuple[dict[str, bool], object]:
    """Right or wrong by field, against the reading (main or alternative) that fits best."""
    main = row["expect"]
    also = row.get("also") or []
    assert isinstance(main, dict)
    assert isinstance(also, list)
    options = [main, *({**main, **other} for other in also)]
    judged = [
        {key: is_right(key, want, got.get(key)) for key, want in option.items() if key in FIELDS}
        for option in options
    ]
    best = max(range(len(judged)), key=lambda i: sum(judged[i].values()) / len(judged[i]))
    return judged[best], options[best]


def main() -> int:
    """Print the shares and the failures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="shares only")
    parser.add_argument("--today", type=date.fromisoformat, default=TODAY)
    options = parser.parse_args()
    rows = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines() if line.strip()]
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    failures: list[str] = []
    for row in rows:
        got = read(row["text"], options.today)
        marks, wanted = judge(row, got)
        asked.update(marks.keys())
        right.update(key for key, mark in marks.items() if mark)
        asked["whole row"] += 1
        right["whole row"] += all(marks.values())
        if not all(marks.values()):
            wrong = [key for key, mark in marks.items() if not mark]
            failures.append(describe(row, wrong, wanted, got))
    out = sys.stdout
    for key in ("whole row", *FIELDS):
        out.write(f"{key:16} {right[key]:4} of {asked[key]:4}  {right[key] / asked[key]:.1%}\n")
    if not options.quiet:
        out.write("\n" + "\n".join(failures) + "\n")
    return 0


def describe(
    row: Mapping[str, object], wrong: list[str], wanted: object, got: Mapping[str, object]
) -> str:
    """One failure in a few lines."""
    assert isinstance(wanted, dict)
    parts = [f"{k}: wanted {str(wanted[k])[:120]} got {str(got.get(k))[:300]}" for k in wrong]
    return f"{row['id']}: {str(row['text'])[:300]!r}\n    " + "\n    ".join(parts)


if __name__ == "__main__":
    raise SystemExit(main())
