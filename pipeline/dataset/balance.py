"""Balance: how many examples each stratum has on each side, and the published advice on size."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.dataset.members import Member
from pipeline.dataset.splits import Split

# Published practice: fine-tune with 1,000 and more good examples, not under 500.
ADVISED_MINIMUM_EXAMPLES = 500
ADVISED_EXAMPLES = 1000


def count_strata(members: Iterable[Member], sides: Mapping[str, Split]) -> dict[str, Any]:
    """Count examples by side, pattern, metric family, cell and origin; JSON-ready."""
    tables: dict[str, dict[str, Counter[str]]] = {
        name: {} for name in ("pattern", "metric_family", "origin", "stratum")
    }
    splits: Counter[str] = Counter()
    families: dict[str, set[str]] = {}
    for member in members:
        side = sides[member.family_id].value
        splits[side] += 1
        families.setdefault(side, set()).add(member.family_id)
        names = {
            "pattern": member.pattern,
            "metric_family": member.metric_family,
            "origin": member.origin,
            "stratum": f"{member.pattern} x {member.metric_family}",
        }
        for table, name in names.items():
            tables[table].setdefault(name, Counter())[side] += 1
    return {
        "examples": splits.total(),
        "splits": {side.value: splits[side.value] for side in Split},
        "families": {side.value: len(families.get(side.value, ())) for side in Split},
        **{
            f"by_{table}": {
                name: {side.value: counted[side.value] for side in Split}
                for name, counted in sorted(rows.items())
            }
            for table, rows in tables.items()
        },
    }


def advise_size(examples: int) -> str:
    """Say plainly what so many examples are good for."""
    if examples < ADVISED_MINIMUM_EXAMPLES:
        return (
            f"{examples} examples: fewer than the {ADVISED_MINIMUM_EXAMPLES} under which published"
            " practice advises against fine-tuning. Let the few-shot baseline decide whether an"
            " adapter helps."
        )
    if examples < ADVISED_EXAMPLES:
        return (
            f"{examples} examples: enough to try, fewer than the {ADVISED_EXAMPLES:,} published"
            " practice asks for. Compare with the few-shot baseline before trusting a gain."
        )
    return f"{examples} examples: within published advice ({ADVISED_EXAMPLES:,} and more)."
