"""Claims in words: ranks, runs, multiples, directions, shapes and certain causes."""

from collections.abc import Iterator

from bot.analysis.answer import Section
from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.verification.bearings import find_bearings
from bot.analysis.verification.comparisons import find_comparisons
from bot.analysis.verification.consistency import find_consistency
from bot.analysis.verification.courses import find_courses
from bot.analysis.verification.frame import Frame
from bot.analysis.verification.multiples import find_multiples, prove_multiple
from bot.analysis.verification.onsets import find_onsets
from bot.analysis.verification.ordinals import find_ordinals
from bot.analysis.verification.outside import certain_cause, worded_prediction
from bot.analysis.verification.proof import claim_of, refused
from bot.analysis.verification.quantifiers import find_quantified
from bot.analysis.verification.ranks import find_superlatives, is_reference, prove_superlative
from bot.analysis.verification.steps_said import multiple_of_steps
from bot.analysis.verification.streaks import (
    Streak,
    find_streaks,
    prove_streak,
    streak_direction,
)
from bot.analysis.verification.trends import (
    find_directions,
    find_flat,
    find_sequence,
    prove_direction,
    prove_flat,
)


def check_words(frame: Frame, claims: list[Claim]) -> Iterator[Claim]:
    """Yield the claims that are said in words."""
    if frame.section is not Section.RECOMMENDED_ACTION:
        yield from _ranks(frame)
        yield from _multiples(frame)
    yield from _streaks(frame)
    checks = (
        find_comparisons,
        find_onsets,
        find_consistency,
        find_quantified,
        find_courses,
        find_ordinals,
        find_bearings,
    )
    for first, last, proof in (found for check in checks for found in check(frame)):
        yield claim_of(frame, first, last, proof, None, "comparison")
    numbers_hold = all(claim.status is ClaimStatus.SUPPORTED for claim in claims)
    if numbers_hold:
        yield from _directions(frame)
    promised = worded_prediction(frame) if frame.section is Section.ANALYSIS else None
    if promised is not None and numbers_hold:
        reason = "a prediction: no fact carries what has not happened"
        yield claim_of(frame, *promised, refused(reason), None, "prediction")
    cause = certain_cause(frame)
    if cause is not None:
        reason = "a recorded change that fits the break is a suspect, not a proof"
        yield claim_of(frame, *cause, refused(reason), None, "cause")


def _ranks(frame: Frame) -> Iterator[Claim]:
    for found in find_superlatives(frame):
        proof = prove_superlative(frame, found)
        if proof.holds or not is_reference(frame, found):
            yield claim_of(frame, found.i, found.j, proof, None, "rank")


def _multiples(frame: Frame) -> Iterator[Claim]:
    for at, ratio, hedge in find_multiples(frame):
        proof = prove_multiple(frame, at, ratio, hedge)
        if not proof.holds:
            proof = multiple_of_steps(frame, ratio, hedge) or proof
        yield claim_of(frame, at, at + 1, proof, ratio, "x")


def _streaks(frame: Frame) -> Iterator[Claim]:
    for found in find_streaks(frame):
        if frame.section is Section.RECOMMENDED_ACTION:
            continue
        proof = prove_streak(frame, found)
        if proof.is_open:
            continue
        value = None if found.every else float(found.length)
        yield claim_of(frame, found.i, found.j, proof, value, "streak")


def _holds(frame: Frame, run: Streak) -> bool:
    return not run.every and prove_streak(frame, run).holds


def _directions(frame: Frame) -> Iterator[Claim]:
    runs = [streak_direction(frame, run) for run in find_streaks(frame) if _holds(frame, run)]
    found = [one for one in find_directions(frame) if one[1] not in runs]
    sequence = find_sequence(frame)
    if sequence is not None:
        first, last, proof = sequence
        yield claim_of(frame, first, last, proof, None, "direction")
    elif len({direction for _, direction in found}) < 2 or frame.places or frame.now.pairs:
        for at, direction in found:
            proof = prove_direction(frame, direction)
            yield claim_of(frame, at, at + 1, proof, None, "direction")
    for at in find_flat(frame):
        yield claim_of(frame, at, at + 1, prove_flat(frame), None, "shape")
