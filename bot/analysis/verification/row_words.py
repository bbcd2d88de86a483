"""The words of sentences about groups: directions, causes, certainty, hedges. Part of `drivers`."""

import re

from bot.analysis.verification.wordsets import words

UP = words(
    "more higher raise raises raised raising increase increases increased increasing up greater "
    "above gain gains gained add adds added rise rises rose positive larger improve improves "
    "improved grew grow grows plus lift lifts climbed climbs"
)
DOWN = words(
    "less lower lowers lowered lowering fewer reduce reduces reduced reducing decrease decreases "
    "decreased decreasing down below drop drops dropped fall falls fell decline declines declined "
    "negative smaller cut cuts minus lose loses lost shrinks shrank subtracts takes"
)
STEP_BEFORE = words("each every per additional another extra further")
STEP_AFTER = words("more additional extra further")
OUTCOME_WORDS = words(
    "likely unlikely odds odd chance chances probability likelihood risk associated association "
    "linked tied rate share related"
)
CLEAR = words("significant significantly clear clearly reliable reliably distinguishable")
UNCLEAR = words("unclear insignificant inconclusive uncertain")
NEGATION = words("not no never cannot neither nor without n't isn't doesn't don't aren't")
HEDGED = words(
    "may might could unclear uncertain possibly perhaps insignificant inconclusive noise"
)
STRONGEST = words("strongest largest biggest greatest main primary leading dominant top")
WEAKEST = words("weakest smallest slightest")
FUTURE = words("will would shall 'll won't gonna")
STAYING = words("stay stays stayed remain remains remained keep keeps kept retained retain")
COUNTED = words("row rows observation observations case cases record records n")
PEOPLE = words(
    "people users user customers customer accounts account respondents students person women men"
)
TIMES = words("day days week weeks month months hour hours quarter quarters sprint sprints")
MULTIPLES = {
    "double": 2.0, "doubles": 2.0, "doubled": 2.0, "doubling": 2.0, "twice": 2.0, "twofold": 2.0,
    "triple": 3.0, "triples": 3.0, "tripled": 3.0, "threefold": 3.0, "thrice": 3.0,
    "halve": 0.5, "halves": 0.5, "halved": 0.5, "halving": 0.5, "half": 0.5, "quadruple": 4.0,
    "quadruples": 4.0, "tenfold": 10.0, "fourfold": 4.0, "fivefold": 5.0,
}  # fmt: skip
NUMBER_WORDS = {
    "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0,
    "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0,
}  # fmt: skip

CAUSAL = re.compile(
    r"\b(?:caus(?:es?|ed|ing|al|ally)|because of|due to|drives?|drove|driven|driving|leads? to|led "
    r"to|leading to|results? in|resulted in|resulting in|triggers?|triggered|thanks to|"
    r"responsible for|proves?|proved|proven|pushes|pushed|boosts?|boosted|prevents?|prevented|"
    r"has an? (?:impact|effect) on|impacts?|influences?|as a result of|"
    r"the reason (?:for|why|that)|is why|explains why|makes? (?:[\w.]+ ){0,5}(?:more|less)|"
    r"made (?:[\w.]+ ){0,5}(?:more|less)|forces?|forced)\b",
    re.IGNORECASE,
)
_EXCUSED = re.compile(
    r"(?:\b(?:not|never|cannot|whether|nor|neither|no|rather than|what|if|without|may|might|could)"
    r"\b|n't\b)(?! only)(?:\W+\w+){0,6}\W*$",
    re.IGNORECASE,
)


def find_causal(text: str) -> re.Match[str] | None:
    """Return the first cause claimed as certain; a negated, doubted or tested one passes."""
    for match in CAUSAL.finditer(text):
        if not _EXCUSED.search(text[max(match.start() - 60, 0) : match.start()]):
            return match
    return None
