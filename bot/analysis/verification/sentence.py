"""Check one sentence: recognise, bind, prove each claim, and say what is open afterwards.

The order matters: levels first, because differences and multiples lean on them.
"""

from bot.analysis.answer import Section
from bot.analysis.claims import Claim
from bot.analysis.facts import Findings
from bot.analysis.verification.anchors import note_events
from bot.analysis.verification.drivers import check_rows
from bot.analysis.verification.frame import Context, Frame
from bot.analysis.verification.markup import find_code_words, find_markup
from bot.analysis.verification.names import mask_names
from bot.analysis.verification.numeric import check_numbers
from bot.analysis.verification.pairs import timed_pairs
from bot.analysis.verification.places import find_places
from bot.analysis.verification.quantities import find_quantities
from bot.analysis.verification.series import SeriesView
from bot.analysis.verification.tokens import plain_text, tokenize
from bot.analysis.verification.verbatim import prove_verbatim
from bot.analysis.verification.volume import choose_view
from bot.analysis.verification.worded import check_words

# Longer sentences are cut: no analyst writes one, and the cost grows with the square.
LONGEST_SENTENCE = 2_000
REMEMBERED = 6  # how many places and values of earlier sentences stay open


def check_one(
    text: str, findings: Findings, view: SeriesView, section: Section, before: Context
) -> tuple[tuple[Claim, ...], Context]:
    """Return the claims of a sentence, sorted by position, and the context behind it."""
    question = view.question
    names = (question.metric, *(change.what for change in question.changes))
    claims = [*find_markup(text), *find_code_words(text, names)]
    if findings.is_about_rows:
        found, behind = check_rows(text, findings, section, before)
        return tuple(sorted([*claims, *found], key=lambda claim: claim.start)), behind
    plain = plain_text(text)[:LONGEST_SENTENCE]
    tokens = tokenize(plain)
    frame = Frame(text, tokens, choose_view(tokens, view), findings, section, before)
    note_events(frame)
    mask_names(frame)
    find_places(frame)
    find_quantities(frame)
    numbers = check_numbers(frame)
    found = [*numbers, *check_words(frame, [*claims, *numbers])]
    claims += prove_verbatim(text, findings, found)
    claims.sort(key=lambda claim: (claim.start, claim.end))
    return tuple(claims), _merge(before, frame)


def _merge(before: Context, frame: Frame) -> Context:
    now = frame.now
    points = [place.point for place in frame.places if place.point is not None]
    windows = [place.windows[0] for place in frame.places if place.windows]
    return Context(
        points=(before.points + now.points + points)[-REMEMBERED:],
        windows=(before.windows + now.windows + windows)[-REMEMBERED:],
        levels=(now.levels or before.levels)[-REMEMBERED:],
        pairs=(before.pairs + _pairs(frame))[-REMEMBERED:],
        positions=(before.positions + now.positions)[-REMEMBERED:],
        event=now.event if now.event is not None else before.event,
        stat=now.stat,
    )


def _pairs(frame: Frame) -> list[tuple[float, float]]:
    return frame.now.pairs or timed_pairs(frame.now)
