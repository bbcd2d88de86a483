"""Right and wrong sentences about groups on the verifier; recall and false alarms are printed."""

import sys

import pytest

from bot.analysis.answer import Section
from bot.analysis.drivers import compute_mix_findings
from bot.analysis.drivers.mix import Segment
from bot.analysis.facts import Findings
from bot.analysis.verification import check_sentence

RIGHT = """
Each additional day active raises the odds of converting by 6.2 %.
Each additional day raises the odds by 6 %.
Each additional day active is associated with 1.31 more points of conversion.
Users on the annual plan are 14 points more likely to convert (95 % interval 10 to 17).
Annual plan users are 13.7 points more likely to convert than monthly users.
Quarterly users are 13.5 points less likely to convert than monthly ones.
The quarterly plan goes with 45 % lower odds of converting.
Invited users are 17.3 points less likely to convert (95 % interval 14.3 to 20.3).
Invited users have 54 % lower odds of converting.
The odds ratio for invited users is 0.46 (95 % 0.401 to 0.527).
The annual plan has an odds ratio of 1.88.
The odds ratio of the annual plan is 1.88 (95 % confidence interval 1.6 to 2.2).
Days active has an odds ratio of 1.06 per additional day.
66.8 % of annual plan users converted.
Annual users converted at 67 %, while monthly users converted at 52 %.
Overall, 54 % of users converted.
The comparison covers 4,000 rows.
3 of 4 predictors stand out.
Three of four predictors stand out after Holm correction.
The McFadden pseudo-R2 is 0.09.
Country shows no clear association with conversion.
Invited users are less likely to convert.
Annual plan users are more likely to convert than monthly users.
More active days go with higher odds of converting.
The strongest association is that of being invited.
These are associations; they do not show what causes what.
The annual plan stands out (p < 0.001).
Users who were not invited are 17.3 points more likely to convert.
Ten more active days go with 13.1 more points of conversion.
The annual plan nearly doubles the odds of converting.
Users in the US are 1.15 points more likely to convert, but that is not clear.
US users are 1.15 points more likely to convert than DE users (95 % interval -2.41 to 4.7).
Monthly users are 13.7 points less likely to convert than annual users.
The effect of the annual plan is clear.
Conversion of invited users is 17 points lower, and that of annual users is 14 points higher.
""".strip().splitlines()

WRONG = """
Each additional day active lowers the odds of converting by 6.2 %.
Each additional day raises the odds by 12 %.
Each additional day active raises the chance of converting by 6.2 %.
Each additional day makes users 6.2 % more likely to convert.
Each additional day raises the odds by 1.31 points.
Each additional day active is associated with 13.7 more points of conversion.
Each additional day active is associated with 1.31 fewer points of conversion.
Annual plan users are 14 % more likely to convert.
Annual plan users are 14 points less likely to convert.
Annual plan users are 17.3 points more likely to convert.
Annual plan users are 24 points more likely to convert than monthly users.
Annual plan users are 13.7 points more likely to convert than quarterly users.
Quarterly users are 13.5 points more likely to convert than monthly ones.
Quarterly users are 13.7 points less likely to convert.
The quarterly plan goes with 45 % higher odds of converting.
The quarterly plan goes with 54 % lower odds of converting.
Invited users are 54 % less likely to convert.
Invited users are 17.3 points more likely to convert.
Invited users are 17.3 points less likely to convert (95 % interval 1 to 20.3).
Invited users are 17.3 points less likely to convert (90 % interval 14.3 to 20.3).
The odds ratio for invited users is 0.88.
The odds ratio for invited users is 1.88.
The odds ratio for invited users is 0.46 (95 % 0.46 to 0.527).
The annual plan has an odds ratio of 0.46.
The annual plan has an odds ratio of 18.8.
Annual plan users are 1.88 times as likely to convert.
Annual users are twice as likely to convert.
The annual plan triples the odds of converting.
Being invited doubles the odds of converting.
Days active has an odds ratio of 1.6 per additional day.
76.8 % of annual plan users converted.
Annual users converted at 52 %, while monthly users converted at 67 %.
Overall, 64 % of users converted.
The comparison covers 40,000 rows.
4 of 4 predictors stand out.
The McFadden pseudo-R2 is 0.9.
Country shows a clear association with conversion in the US.
Invited users are more likely to convert.
Annual plan users are less likely to convert than monthly users.
More active days go with lower odds of converting.
The strongest association is that of the annual plan.
The annual plan causes users to convert.
Being invited causes lower conversion.
Days active drives conversion up.
Being invited leads to 17.3 fewer points of conversion.
Conversion is 17.3 points lower because of the invitation.
Users convert more due to the annual plan.
The annual plan makes users 13.7 points more likely to convert.
The annual plan proves to raise the odds by 87.6 %.
The annual plan has an impact on conversion of 13.7 points.
Days active boosts conversion.
The annual plan stands out (p = 0.04).
Country stands out for the UK (p < 0.001).
US users are 1.15 points more likely to convert.
UK users are more likely to convert.
Users who were not invited are 17.3 points less likely to convert.
Ten more active days go with 1.31 more points of conversion.
The annual plan halves the odds of converting.
The annual plan will raise conversion by 13.7 points.
Monthly users are 13.7 points more likely to convert than annual users.
The effect of the annual plan is not significant.
Invited users are 17.3 points less likely not to convert.
The industry average is 30 %.
The annual plan has 87.6 points higher odds of converting.
The annual plan not only causes conversion, it stands out.
Conversion of invited users is 14 points lower, and that of annual users is 17 points higher.
A third plan has an odds ratio of 1.88.
The effect of the annual plan is 1.88.
""".strip().splitlines()

MIX_RIGHT = """
Activation fell from 50 % to 44 %, a fall of 6 points.
The mix effect is -12.4 points.
Of the total, 6.4 points come from the segments' own rates.
SMB rose from 30 % to 34 %.
Every segment rose and the total fell, which is Simpson's paradox.
""".strip().splitlines()

MIX_WRONG = """
Activation fell from 50 % to 40 %.
Activation fell from 44 % to 50 %.
The mix effect is -3.2 points.
The mix effect is 12.4 points.
SMB rose from 34 % to 30 %.
SMB rose from 30 % to 44 %.
Enterprise rose from 30 % to 34 %.
Enterprise adds 9.2 points.
The new mix caused the fall of 6 points.
""".strip().splitlines()


def refusals(sentences: list[str], findings: Findings) -> list[str]:
    """Return the sentences that hold an unsupported claim."""
    return [
        sentence
        for sentence in sentences
        if not check_sentence(sentence, findings, Section.ANALYSIS).verified
    ]


@pytest.fixture(scope="module")
def mixed() -> Findings:
    segments = [Segment("SMB", 90, 300, 238, 700), Segment("Enterprise", 410, 700, 202, 300)]
    return compute_mix_findings(segments, "activation", higher_is_better=True)


def test_right_sentences_pass_and_wrong_ones_do_not(found: Findings) -> None:
    alarms = refusals(RIGHT, found)
    caught = refusals(WRONG, found)
    missed = [sentence for sentence in WRONG if sentence not in caught]
    told = f"wrong caught {len(caught)}/{len(WRONG)}, false alarms {len(alarms)}/{len(RIGHT)}"
    sys.stdout.write(told + "\n")
    assert len(RIGHT) >= 30
    assert len(WRONG) >= 60
    assert missed == []
    assert alarms == []


def test_most_right_sentences_hold_a_proved_claim(found: Findings) -> None:
    silent = [s for s in RIGHT if not check_sentence(s, found, Section.ANALYSIS).claims]
    assert silent == [
        "Country shows no clear association with conversion.",
        "These are associations; they do not show what causes what.",
    ]


def test_segment_sentences(mixed: Findings) -> None:
    caught = refusals(MIX_WRONG, mixed)
    assert [sentence for sentence in MIX_WRONG if sentence not in caught] == []
    assert refusals(MIX_RIGHT, mixed) == []


def test_every_told_fact_passes_its_own_check(found: Findings) -> None:
    texts = [found.fact(fact_id).text for fact_id in found.prompt_facts]
    assert refusals([f"{text}." for text in texts], found) == []


def test_a_following_sentence_keeps_its_subject(found: Findings) -> None:
    accepted = ["Invited users are less likely to convert."]
    right = check_sentence("The odds ratio is 0.46.", found, Section.ANALYSIS, accepted)
    wrong = check_sentence("The odds ratio is 1.88.", found, Section.ANALYSIS, accepted)
    assert right.verified
    assert not wrong.verified
