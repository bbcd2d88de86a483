"""The voice of training scenarios: what their authors mention and the styles they write in.

Styles take a question and return the pasted text; which one is used is drawn in
`pipeline.simulator.scenario`. None of them is used for the golden set.
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
    unfinished_note,
    write_cohort,
)


def labelled_lines(q: MetricQuestion) -> str:
    """One label a line, as the form's help text suggests."""
    lines = [f"Metric: {q.metric}", f"Definition: {q.definition}" if q.definition else ""]
    lines += [f"Unit: {name_unit(q)}", f"Period: {q.period.value}"]
    lines += [f"Values: {join_values(q, ', ')}", f"Segment: {q.context}"]
    lines += [f"Cohort: {write_cohort(q)} per {q.period.value}" if q.cohort_size else ""]
    lines += [f"Changes: {list_changes(q)}", unfinished_note(q, "Last period: still running")]
    return "\n".join(line for line in [*lines, f"Question: {q.question}"] if line)


def hasty_message(q: MetricQuestion) -> str:
    """One breath, lower case, no line breaks."""
    cohort = f" cohort is about {write_cohort(q)}," if q.cohort_size else ""
    changes = f" we had {list_changes(q, between=' and ')}." if q.changes else ""
    last = unfinished_note(q, " (last one isn't finished yet)")
    return (
        f"hey quick one on {q.metric.lower()} for {q.context}, {each_period(q)} "
        f"{join_values(q, ', ')}{last},{cohort}{changes} {q.question.lower()}"
    )


def tab_table(q: MetricQuestion) -> str:
    """Two columns pasted from a sheet."""
    rows = [
        f"{label_period(q, i)}\t{format_value(q, value, '')}" for i, value in enumerate(q.values)
    ]
    head = f"{q.period.value}\t{q.metric} ({name_unit(q)})"
    tail = f"{q.context}. changes: {list_changes(q)}. {q.question}"
    note = unfinished_note(q, "last row is a partial period\n")
    return "\n".join([head, *rows]) + f"\n\n{note}{tail}"


def comma_export(q: MetricQuestion) -> str:
    """A small CSV export with a comment underneath."""
    rows = [f"{label_period(q, i)},{format_number(q, v, '')}" for i, v in enumerate(q.values)]
    cohort = f"\nn per {q.period.value}: {write_cohort(q)}" if q.cohort_size else ""
    note = unfinished_note(q, "\nfinal row incomplete")
    return (
        f"period,{q.metric.lower().replace(' ', '_')}\n"
        + "\n".join(rows)
        + f"\n\nunit: {name_unit(q)} | {q.context}{cohort}{note}\n"
        + f"what we did: {list_changes(q, 'nothing')}\n{q.question}"
    )


def bullet_points(q: MetricQuestion) -> str:
    """A bulleted brief."""
    points = [f"{q.metric}, {each_period(q)}, {name_unit(q)}", join_values(q, " / ")]
    points += [f"who: {q.context}"]
    points += [f"n = {write_cohort(q)} a {q.period.value}"] if q.cohort_size else []
    points += [f"{change}" for change in list_changes(q, "").split("; ") if change]
    points += ["the last number is still filling up"] if q.incomplete_last else []
    return "\n".join(f"- {point}" for point in points) + f"\n\n{q.question}"


def arrow_chain(q: MetricQuestion) -> str:
    """Numbers joined by arrows, context after."""
    note = unfinished_note(q, " (last one partial)")
    return (
        f"{q.metric} ({q.context}): {join_values(q, ' -> ')}{note}\n"
        f"{each_period(q)}. changes: {list_changes(q, 'none that i know of')}\n{q.question}"
    )


def code_block(q: MetricQuestion) -> str:
    """Numbers in a code block under a sentence."""
    cohort = f", ~{write_cohort(q)} per {q.period.value}" if q.cohort_size else ""
    return (
        f"{q.question} This is {q.metric} in {q.context}{cohort}, {each_period(q)}:\n"
        f"```\n{join_values(q, ' ')}\n```\n"
        f"{unfinished_note(q, 'The last value is for an unfinished period. ')}"
        f"On our side: {list_changes(q, 'no changes logged')}."
    )


def dated_lines(q: MetricQuestion) -> str:
    """One period a line with a colon."""
    rows = [f"{label_period(q, i)}: {format_value(q, v)}" for i, v in enumerate(q.values)]
    tail = f"({q.context}; {list_changes(q, 'nothing changed')})"
    note = unfinished_note(q, " last line = to date")
    return f"{q.metric}\n" + "\n".join(rows) + f"\n{tail}{note}\n{q.question}"


def question_first(q: MetricQuestion) -> str:
    """The worry, then the figures."""
    define = f" ({q.definition})" if q.definition else ""
    return (
        f"{q.question}\n\nLooking at {q.metric}{define} for {q.context}.\n"
        f"{each_period(q).capitalize()} figures, oldest first: {join_values(q, '; ')}"
        f"{unfinished_note(q, ' - the last is not complete')}\n"
        f"Things that happened: {list_changes(q, 'nothing recorded')}"
    )


def markdown_table(q: MetricQuestion) -> str:
    """A table as a wiki shows it."""
    rows = [f"| {label_period(q, i)} | {format_value(q, v, '-')} |" for i, v in enumerate(q.values)]
    head = f"| {q.period.value} | {q.metric} |\n|---|---|"
    return (
        f"{head}\n"
        + "\n".join(rows)
        + f"\n\nContext: {q.context}. Changes: {list_changes(q)}."
        + unfinished_note(q, " Last period incomplete.")
        + f" {q.question}"
    )


def key_values(q: MetricQuestion) -> str:
    """Equals signs and semicolons."""
    fields = [f"metric={q.metric}", f"unit={name_unit(q)}", f"period={q.period.value}"]
    fields += [f"series={join_values(q, ' ', with_unit=False)}", f"segment={q.context}"]
    fields += [f"cohort_size={q.cohort_size:.0f}"] if q.cohort_size else []
    fields += [f"incomplete_last={str(q.incomplete_last).lower()}"]
    fields += [f"changes={list_changes(q, 'none', ', ')}", f"question={q.question}"]
    return "\n".join(fields)


def forwarded_quote(q: MetricQuestion) -> str:
    """Somebody else's message, quoted."""
    return (
        f"fwd from the weekly review:\n> {q.metric} {q.context}\n> {join_values(q, ', ')}"
        f"{unfinished_note(q, ' *')}\n> log: {list_changes(q, '-')}\n"
        f"{unfinished_note(q, '* = partial period. ')}numbers are {each_period(q)}. {q.question}"
    )


def two_sentences(q: MetricQuestion) -> str:
    """Polite prose."""
    cohort = f" The cohort is around {write_cohort(q)}." if q.cohort_size else ""
    last = unfinished_note(q, " The final figure covers only part of its period.")
    return (
        f"Our {each_period(q)} {q.metric.lower()} for {q.context} ran "
        f"{join_values(q, ', ')}.{last}{cohort} "
        f"Recorded on our side: {list_changes(q, 'no changes')}. {q.question}"
    )


TRAINING_VOICE = Voice(
    segments=(
        "SMB",
        "mid-market",
        "self-serve",
        "freelancers",
        "mobile users",
        "desktop users",
        "paid search traffic",
        "organic traffic",
        "teams on the Starter plan",
        "accounts under 20 seats",
    ),
    markets=("UK", "Germany", "US", "France", "the Nordics", "Spain", "Canada", "all markets"),
    changes={
        CauseKind.RELEASE: (
            "new onboarding flow shipped",
            "redesigned settings page went out",
            "app version 6.2 rolled out",
            "sign-up form cut to two fields",
            "search moved to the home screen",
            "navigation rework released",
        ),
        CauseKind.PRICE: (
            "list price changed",
            "annual discount removed",
            "new pricing tiers live",
            "free plan limits tightened",
        ),
        CauseKind.CAMPAIGN: (
            "paid social campaign started",
            "partner newsletter went out",
            "referral bonus doubled",
            "brand campaign on podcasts",
            "webinar series kicked off",
        ),
        CauseKind.OUTAGE: (
            "login outage, about five hours",
            "payment provider was down",
            "API incident for most of a day",
            "mail delivery failed",
        ),
        CauseKind.MIX_SHIFT: (
            "traffic mix moved towards paid",
            "share of small accounts went up",
            "big reseller deal changed the customer mix",
            "mobile share of visitors jumped",
        ),
        CauseKind.SEASON: ("public holidays", "summer break", "end-of-year shutdown"),
        CauseKind.INSTRUMENT: (
            "tracking moved to the server",
            "bot filter switched on in analytics",
            "metric definition changed",
            "consent banner went live",
        ),
    },
    questions=(
        "What happened?",
        "Is this real?",
        "Should we worry?",
        "What should we do next?",
        "Did the change help or hurt?",
        "Why is this moving?",
        "Can you make sense of this before the Monday review?",
        "Do we roll back?",
        "What do I tell my lead?",
        "Is there anything to act on here?",
    ),
    styles=(
        labelled_lines,
        hasty_message,
        tab_table,
        comma_export,
        bullet_points,
        arrow_chain,
        code_block,
        dated_lines,
        question_first,
        markdown_table,
        key_values,
        forwarded_quote,
        two_sentences,
    ),
)
