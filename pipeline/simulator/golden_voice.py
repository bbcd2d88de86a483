"""The voice of golden scenarios: other people, other products, other ways to paste numbers.

Shares no style, change description, segment or question with the training voice, so that a score
on the golden set is not earned by recognising a layout.
"""

from bot.analysis.question import MetricQuestion
from pipeline.simulator.families import CauseKind
from pipeline.simulator.voice import (
    Voice,
    each_period,
    format_number,
    format_value,
    join_values,
    label_period,
    list_changes,
    name_unit,
    place_change,
    unfinished_note,
    write_cohort,
)


def memo(q: MetricQuestion) -> str:
    """A short memo with a summary line."""
    cohort = f" Base: {write_cohort(q)} per {q.period.value}." if q.cohort_size else ""
    return (
        f"TL;DR {q.question}\n\nKPI: {q.metric}\nWhere: {q.context}.{cohort}\n"
        f"Data ({each_period(q)}, {name_unit(q)}): {join_values(q, ' · ')}\n"
        f"Log: {list_changes(q, 'empty')}{unfinished_note(q, chr(10) + 'NB last point open')}"
    )


def numbered_pipes(q: MetricQuestion) -> str:
    """Short period codes and pipes on one line."""
    code = q.period.value[0]
    cells = [f"{code}{i + 1} {format_value(q, v, '??')}" for i, v in enumerate(q.values)]
    return (
        f"{q.metric}, {q.context} | "
        + " | ".join(cells)
        + unfinished_note(q, " (so far)")
        + f"\nevents: {list_changes(q, 'n/a')}\n{q.question}"
    )


def bare_column(q: MetricQuestion) -> str:
    """A headline and a column of numbers."""
    numbers = "\n".join(format_number(q, value, "-") for value in q.values)
    return (
        f"{q.question} ({q.metric}, {name_unit(q)}, one row per {q.period.value}, {q.context})\n"
        f"{numbers}\n{unfinished_note(q, 'bottom row not closed yet' + chr(10))}"
        f"{list_changes(q, 'no releases or campaigns in the window')}"
    )


def json_paste(q: MetricQuestion) -> str:
    """What a dashboard's copy button gives."""
    values = ", ".join(format_number(q, value, "null") for value in q.values)
    events = ", ".join(f'"{c.what}, {place_change(q, c)}"' for c in q.changes)
    cohort = f', "n": {q.cohort_size:.0f}' if q.cohort_size else ""
    return (
        f'{{"kpi": "{q.metric}", "unit": "{name_unit(q)}", "grain": "{q.period.value}"{cohort}, '
        f'"points": [{values}], "events": [{events}]}}\n'
        f"that's {q.context}. {unfinished_note(q, 'latest point still open. ')}{q.question}"
    )


def dashed_labels(q: MetricQuestion) -> str:
    """Capitals and dashes."""
    cohort = f"\nBASE - {write_cohort(q)}" if q.cohort_size else ""
    return (
        f"KPI - {q.metric}\nUNIT - {name_unit(q)}\nGRAIN - {each_period(q)}\n"
        f"SCOPE - {q.context}{cohort}\nACTUALS - {join_values(q, '  ')}\n"
        f"EVENTS - {list_changes(q, 'none')}"
        f"{unfinished_note(q, chr(10) + 'STATUS - last actual partial')}\nASK - {q.question}"
    )


def formal_mail(q: MetricQuestion) -> str:
    """A mail with greeting and signature."""
    define = f", which we define as {q.definition}," if q.definition else ""
    return (
        f"Dear analytics team,\n\nplease find below the {each_period(q)} {q.metric}{define} for "
        f"{q.context}:\n\n{join_values(q, ', ')}\n\n"
        f"{unfinished_note(q, 'The most recent figure is preliminary. ')}"
        f"For reference, our change log shows: {list_changes(q, 'no entries')}. {q.question}\n\n"
        "Kind regards"
    )


def standup_notes(q: MetricQuestion) -> str:
    """Notes under small headings."""
    return (
        f"*numbers* ({q.metric} / {q.context} / per {q.period.value})\n{join_values(q, ', ')}"
        f"{unfinished_note(q, ' <- running')}\n*shipped / seen*\n"
        f"{list_changes(q, 'nada', chr(10))}\n*need*\n{q.question}"
    )


def slash_line(q: MetricQuestion) -> str:
    """Everything on one line between slashes."""
    base = f" // base {write_cohort(q)}" if q.cohort_size else ""
    return (
        f"{q.metric} // {q.context}{base} // {each_period(q)} {name_unit(q)} // "
        f"{join_values(q, ', ', with_unit=False)}{unfinished_note(q, ' (tail open)')} // "
        f"{list_changes(q, 'no events')} // {q.question}"
    )


def period_sentences(q: MetricQuestion) -> str:
    """Dated rows joined with equals signs, wrapped in chat."""
    rows = [
        f"{label_period(q, i)} = {format_value(q, v, 'missing')}" for i, v in enumerate(q.values)
    ]
    return (
        f"morning! someone asked me about {q.metric} ({q.context}) and i only have this export:\n"
        + "\n".join(rows)
        + f"\n{unfinished_note(q, 'we are still inside the last one. ')}"
        + f"otherwise: {list_changes(q, 'quiet period')}. {q.question}"
    )


def semicolon_sheet(q: MetricQuestion) -> str:
    """A sheet from a machine that separates by semicolons."""
    rows = [f"{label_period(q, i)};{format_number(q, v, '')}" for i, v in enumerate(q.values)]
    base = f"Base per {q.period.value}: {write_cohort(q)}. " if q.cohort_size else ""
    return (
        f"{q.period.value};{q.metric} [{name_unit(q)}]\n"
        + "\n".join(rows)
        + f"\n\nScope: {q.context}. {base}{unfinished_note(q, 'Last row open. ')}"
        + f"Known events: {list_changes(q)}. {q.question}"
    )


def event_story(q: MetricQuestion) -> str:
    """Events first, figures after."""
    return (
        f"So here is the story: {list_changes(q, 'nothing that we logged', ', then ')}. "
        f"Below is {q.metric} per {q.period.value} in {q.context}"
        f"{f' (base {write_cohort(q)})' if q.cohort_size else ''}, earliest on the left.\n"
        f"[{join_values(q, ', ')}]"
        f"{unfinished_note(q, chr(10) + 'careful, right-most value is to date')}\n{q.question}"
    )


def ticket(q: MetricQuestion) -> str:
    """A request as a ticket template has it."""
    return (
        f"### Summary\n{q.question}\n### KPI\n{q.metric} ({name_unit(q)}), {q.context}\n"
        f"### Observations ({each_period(q)})\n{join_values(q, ', ')}"
        f"{unfinished_note(q, ' [last: partial]')}\n### Events\n{list_changes(q, 'None', chr(10))}"
    )


GOLDEN_VOICE = Voice(
    segments=(
        "enterprise",
        "agencies",
        "education customers",
        "returning customers",
        "tablet users",
        "affiliate traffic",
        "accounts on the Scale plan",
        "first-time buyers",
        "partner-sourced accounts",
    ),
    markets=("Italy", "Benelux", "Brazil", "Australia", "Japan", "Poland", "DACH", "Ireland"),
    changes={
        CauseKind.RELEASE: (
            "guided tour replaced by a video",
            "checkout rebuilt on the new stack",
            "dashboard templates launched",
            "single sign-on made the default",
            "editor rewrite switched on for everyone",
        ),
        CauseKind.PRICE: (
            "seat price raised",
            "loyalty rebate ended",
            "usage-based billing introduced",
        ),
        CauseKind.CAMPAIGN: (
            "TV spot aired",
            "influencer push",
            "trade fair in Milan",
            "win-back mails sent",
        ),
        CauseKind.OUTAGE: (
            "data centre incident",
            "broken deploy, reverted the next day",
            "card payments rejected by the acquirer",
        ),
        CauseKind.MIX_SHIFT: (
            "affiliate share of new users rose sharply",
            "two large agencies migrated in",
            "more first-time buyers than usual",
        ),
        CauseKind.SEASON: ("carnival week", "school holidays", "national holidays"),
        CauseKind.INSTRUMENT: (
            "event schema v2 replaced the old events",
            "warehouse now drops internal accounts",
            "counting switched from sessions to people",
        ),
    },
    questions=(
        "How would you read this?",
        "Where do we go from here?",
        "Do we need to step in?",
        "Which of our moves explains it, if any?",
        "Can I present this as a trend?",
        "Leadership wants one sentence and one action.",
        "Signal or noise?",
        "Please assess.",
        "What would you check first?",
    ),
    styles=(
        memo,
        numbered_pipes,
        bare_column,
        json_paste,
        dashed_labels,
        formal_mail,
        standup_notes,
        slash_line,
        period_sentences,
        semicolon_sheet,
        event_story,
        ticket,
    ),
)
