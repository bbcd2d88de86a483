"""Results of a benchmark: rows of figures, printed as a table and kept as JSON with the machine."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, its value and unit, the aim if there is one, and how."""

    figure: str
    value: float
    unit: str
    aim: str = ""
    how: str = ""


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0-1) of the values lie, nearest rank; needs one value."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(name: str, rows: list[Row], *, is_kept: bool = True) -> None:
    """Print the rows and, unless it was only a try, write them to `results/<name>.json`."""
    table = Table("figure", "value", "aim", "how", title=name)
    for row in rows:
        table.add_row(row.figure, f"{row.value:,.4g} {row.unit}", row.aim, row.how)
    Console().print(table)
    if not is_kept:
        return
    RESULTS.mkdir(exist_ok=True)
    content = {
        "benchmark": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "cpu": _cpu_name(),
            "python": platform.python_version(),
        },
        "rows": [asdict(row) for row in rows],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _cpu_name() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
