"""Files with several segments: compared when asked, asked back when unsure, stated, correctable."""

import pytest

from bot.analysis.files.correction import corrected, menus
from bot.analysis.segments.findings import compute_comparison_findings
from tests.unit.analysis.files.made import read, sentence

WEEKS = ("2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12")
MARKETS = (("UK", 1000, 100, 300, 36), ("DE", 1500, -100, 750, -46), ("US", 700, 10, 280, -10))


def _long(names: tuple[str, ...] = ("UK", "DE", "US"), head: str = "market") -> str:
    rows = [
        f"{week},{name},{people + i * more},{part + i * gained}"
        for i, week in enumerate(WEEKS)
        for name, (_, people, more, part, gained) in zip(names, MARKETS, strict=False)
    ]
    return "\n".join([f"week,{head},signups,activated", *rows])


WIDE = "week,UK signups,UK activated,DE signups,DE activated\n" + "\n".join(
    f"{week},{1000 + 100 * i},{300 + 36 * i},{1500 - 100 * i},{750 - 46 * i}"
    for i, week in enumerate(WEEKS)
)
RATES = "week;market;signups;activation rate\n" + "\n".join(
    f"{week};{name};{people};{str(rate + i / 2).replace('.', ',')} %"
    for i, week in enumerate(WEEKS)
    for name, people, rate in (("UK", 1000, 30), ("DE", 1500, 50))
)
PLANS = "week,market,plan,signups,activated\n" + "\n".join(
    f"{week},{market},{plan},{people + 5 * i},{people // 3 + i}"
    for i, week in enumerate(WEEKS)
    for market, people in (("UK", 100), ("DE", 50))
    for plan in ("pro", "free")
)


@pytest.mark.parametrize(
    ("content", "text", "by", "names"),
    [
        (_long(), "Compare the markets", "market", ["UK", "DE", "US"]),
        (_long(), "Why did the total fall?", "market", ["UK", "DE", "US"]),
        (_long(), "Is it rate or mix?", "market", ["UK", "DE", "US"]),
        (_long(), "Compare UK with DE", "market", ["UK", "DE"]),
        (WIDE, "compare the segments", "segment", ["UK", "DE"]),
        (WIDE, "Why did the total move?", "segment", ["UK", "DE"]),
        (RATES, "which market drives it?", "market", ["UK", "DE"]),
        (PLANS, "compare plans", "plan", ["pro", "free"]),
        (_long(("1-10", "11-50"), "size"), "compare by size", "size", ["size 1-10", "size 11-50"]),
    ],
)
def test_segments_are_compared_when_asked(
    content: str, text: str, by: str, names: list[str]
) -> None:
    reading = read(content, text)
    found = reading.comparison
    assert found is not None, reading.problems
    assert (found.by, [part.name for part in found.segments]) == (by, names)
    assert reading.question is None
    facts = compute_comparison_findings(found)
    assert any("7 Sep 2026 to 21 Sep 2026" in note for note in facts.question.assumptions)
    assert any("set against each other" in line for line in reading.statement)


def test_counts_are_added_up_by_half() -> None:
    found = read(_long(), "Compare UK with DE").comparison
    assert found is not None
    first, second = found.segments
    assert (first.before, first.before_of, first.after, first.after_of) == (1008, 3300, 1332, 4200)
    assert (second.before, second.after_of) == (2112, 3300)
    assert found.metric == "activated share of signups"


def test_a_rate_in_percent_gives_the_counts() -> None:
    found = read(RATES, "compare the markets").comparison
    assert found is not None
    assert found.segments[0].before == pytest.approx(1000 * (0.30 + 0.305 + 0.31))


def test_a_dated_change_parts_before_from_after() -> None:
    found = read(_long(), "Redesign on 5 October. Which market drives it?").comparison
    assert found is not None
    assert [change.what for change in found.changes] == ["Redesign"]
    assert found.notes[0].startswith(
        "Before is 7 Sep 2026 to 28 Sep 2026 (4 weeks); after is 5 Oct"
    )


@pytest.mark.parametrize(
    ("content", "text", "chosen", "told"),
    [
        (PLANS, "compare the segments", {}, "“market” and “plan”. Choose the one to compare by"),
        (_long(), "", {"compare": "nope"}, "no column of segments “nope” in the file. It has"),
        (_long(), "Why did it fall?", {}, "Or ask to compare the segments by market."),
        (
            "week,market,signups\n"
            + "\n".join(f"{week},{market},10" for week in WEEKS for market in ("UK", "DE")),
            "compare the markets",
            {},
            "a rate and the number of people behind it",
        ),
        (_long().replace("week,", "note,").replace("2026-", "x"), "", {"compare": "*"}, "dates"),
    ],
)
def test_what_is_unsure_or_missing_is_asked(
    content: str, text: str, chosen: dict[str, str], told: str
) -> None:
    assert told in sentence(read(content, text, **chosen))


def test_the_form_offers_columns_to_compare_by_and_takes_it_back() -> None:
    asked = read(PLANS, "compare plans")
    menu = next(menu for menu in menus(asked) if menu.name == "compare")
    assert [words for _, words in menu.options] == ["no, one series", "by market", "by plan"]
    assert dict(menu.options)[menu.chosen] == "by plan"
    wanted = corrected(asked, asked.chosen.model_copy(update={"compare": ""}), {"compare": "0"})
    assert wanted.compare == "market"
    level = next(menu for menu in menus(asked) if menu.name == "segment_1")
    pro = next(value for value, words in level.options if words == "pro")
    alone = corrected(asked, wanted.model_copy(update={"compare": ""}), {"segment_1": pro})
    assert (alone.compare, alone.level_of("plan")) == ("-", "pro")


def test_a_series_stays_a_series() -> None:
    named = read(_long(), "signups in UK")
    assert named.comparison is None
    assert named.question is not None
    assert next(menu for menu in menus(named) if menu.name == "compare").chosen == "-"
