"""A report as Markdown. Pure."""

from pipeline.evaluation.report.content import Content, SideBySide
from pipeline.evaluation.report.tables import Table


def render_markdown(content: Content) -> str:
    """Write the whole report."""
    facts = "\n".join(f"- {name}: {value}" for name, value in content.facts)
    parts = [
        f"# {content.title}",
        f"**{content.conclusion}**",
        facts,
        *(_table(table) for table in content.tables if table.rows),
        _sides(f"Lost to the {content.reference}", content.losses),
        _sides(f"Won from the {content.reference}", content.wins),
    ]
    parts.append("## Notes\n\n" + "\n".join(f"- {note}" for note in content.notes))
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(table: Table) -> str:
    lines = [
        "| " + " | ".join(_cell(cell) for cell in row) + " |"
        for row in (table.header, ("---",) * len(table.header), *table.rows)
    ]
    note = f"\n\n{table.note}" if table.note else ""
    return f"## {table.title}\n\n" + "\n".join(lines) + note


def _sides(title: str, pairs: tuple[SideBySide, ...]) -> str:
    if not pairs:
        return ""
    shown = [
        f"### {pair.case_id} ({pair.slices})\n\nCandidate: {pair.ours_faults}\n\n"
        f"{_quote(pair.ours)}\n\nBaseline: {pair.theirs_faults}\n\n{_quote(pair.theirs)}"
        for pair in pairs
    ]
    return f"## {title}\n\n" + "\n\n".join(shown)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ") or " "


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" for line in (text.strip() or "(nothing)").splitlines())
