"""A reply in a thread -> the earlier question, edited: periods, window, cohort, good direction.

Each edit is said in the question's assumptions, so the reader sees what the new answer rests on.
Values are never changed, only left out.
"""

import re
from collections.abc import Callable, Sequence

from bot.analysis.follow_up.cohort import revise_cohort
from bot.analysis.follow_up.naming import COUNT, find_periods, read_count
from bot.analysis.parsing.cleaning import clean_text, one_line
from bot.analysis.parsing.names import direction_in_name
from bot.analysis.parsing.wording import asks, is_greeting
from bot.analysis.periods import count_periods, name_period, name_window
from bot.analysis.question import MetricQuestion, Problem, ProblemCode, UnreadableQuestionError

LONGEST_REPLY = 400  # characters; a longer text is a brief of its own
FEWEST_VALUES = 2  # a change needs two
QUESTION_CHARACTERS = 300

# "Drop" is a command only where one can stand: "why did it drop in week 4?" leaves nothing out.
_EXCLUDE = re.compile(
    r"(?:\b(?:exclud(?:e|ing)|leav(?:e|ing) out|tak(?:e|ing) out|ignor(?:e|ing)|skip(?:ping)?|"
    r"without|remov(?:e|ing)|omit(?:ting)?|disregard(?:ing)?|except(?: for)?|not counting)|"
    r"(?:^|\b(?:please|can you|could you|let's|if (?:we|you|i))\s+)drop)\s+"
    r"(?P<what>[^?!;\n]{2,120})",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(
    r"[,.]?\s+(?:and|then|but)\s+(?:then\s+)?(?:tell|what|how|why|show|look|use|compare|give|see|"
    r"does|do|is|would)\b.*|,\s*(?:what|how|why|does|is|would)\b.*|\.\s.*",
    re.IGNORECASE | re.DOTALL,
)
_WINDOW = re.compile(
    rf"\b(?P<end>last|latest|past|recent|most recent|first)\s+{COUNT}\b", re.IGNORECASE
)
_SINCE = re.compile(
    r"\b(?:since|from|starting (?:in|with|from)|beginning (?:in|with))\s+(?P<what>[^?!;,\n]{2,60})",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|up to|through|ending (?:in|with))\s+(?P<what>[^?!;,\n]{2,60})", re.IGNORECASE
)
_SPAN = re.compile(
    r"\b(?:from|between|only|just|use)\s+(?P<first>[^?!;,\n]{2,30}?)\s*(?:\bto\b|\bthrough\b|"
    r"\buntil\b|\band\b|–|-)\s*(?P<last>[^?!;,\n]{1,30})",
    re.IGNORECASE,
)
# "Why has it fallen since the redesign?" is no wish for a shorter window; these words are.
_NARROW = re.compile(
    r"\b(?:only|just|restrict|limit|narrow|zoom|focus|window|start(?:ing)?|beginning|use|consider|"
    r"look at|take)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\bonly\b[^?!;\n]{0,40}\bbefore\s+(?P<what>[^?!;,\n]{2,60})", re.IGNORECASE)
_COMPARE = re.compile(r"^(?:(?:please|now|and|then|can you|could you)\s+)*compare\b", re.IGNORECASE)
_WHY = re.compile(
    r"\b(?:why do you (?:say|think)|how do you know|what makes you|prove it|show (?:me )?(?:the |"
    r"your )?(?:working|evidence|proof)|where (?:does|do|did) .{1,40} come from|"
    r"how (?:sure|certain|confident) are you)",
    re.IGNORECASE,
)
_OTHER_PERSON = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
WHY_NOTE = "Same data as before. “Show the working” below lists each number's source."
SAME_NOTE = "Same data as before, another question."

_Edit = Callable[[MetricQuestion, str], tuple[MetricQuestion, str] | None]


def is_follow_up(text: str) -> bool:
    """Tell whether a reply that does not mention the bot asks it for something.

    People also talk to each other in a thread; "thanks" and "I doubt that" are none of ours.
    """
    plain = clean_text(text).strip()
    if not plain or len(plain) > LONGEST_REPLY or is_greeting(plain):
        return False
    if _OTHER_PERSON.search(text):
        return False
    is_narrowed = _NARROW.search(plain) is not None and _WINDOW.search(plain) is not None
    return asks(plain) or is_narrowed or any(p.search(plain) for p in (_EXCLUDE, _WHY, _COMPARE))


def revise_question(before: MetricQuestion, text: str) -> MetricQuestion | None:
    """Edit the question as a reply asks; None when the reply asks for no edit.

    Raises:
        UnreadableQuestionError: an edit is meant but cannot be made; says what to write instead.
    """
    reply = clean_text(text).strip()
    if not reply or len(reply) > LONGEST_REPLY:
        return None
    question, told = before, []
    edits: Sequence[_Edit] = (_exclude, _change_window, revise_cohort, _turn_direction)
    for edit in edits:
        edited = edit(question, reply)
        if edited is not None:
            question, note = edited
            told.append(note)
    if not told:
        return None
    return _finish(question, reply, told)


def ask_again(before: MetricQuestion, text: str) -> MetricQuestion:
    """Ask something else of the same data."""
    reply = clean_text(text).strip()
    note = WHY_NOTE if _WHY.search(reply) else SAME_NOTE
    return _finish(before, reply, [note], always_ask=True)


def _finish(
    question: MetricQuestion, reply: str, told: list[str], *, always_ask: bool = False
) -> MetricQuestion:
    asked = reply if always_ask or asks(reply) else question.question
    kept = [note for note in question.assumptions if note not in {WHY_NOTE, SAME_NOTE}]
    return question.model_copy(
        update={
            "question": one_line(asked, QUESTION_CHARACTERS),
            "assumptions": tuple(dict.fromkeys([*told, *kept])),
            "source_text": f"{question.source_text}\n\n{reply}".strip(),
        }
    )


def _exclude(question: MetricQuestion, reply: str) -> tuple[MetricQuestion, str] | None:
    phrase, _ = _split_exclusion(reply)
    if not phrase:
        return None
    places = find_periods(question, phrase)
    if not places:
        raise _unclear(question, f"which {question.period.value} to leave out", reply)
    values = [None if at in places else value for at, value in enumerate(question.values)]
    _need_values(question, values, reply)
    named = ", ".join(name_period(question, at) for at in places[:6])
    more = f" and {len(places) - 6} more" if len(places) > 6 else ""
    first = next(at for at, value in enumerate(values) if value is not None)
    last = max(at for at, value in enumerate(values) if value is not None)
    edited = question.model_copy(update={"values": tuple(values)})
    cut = cut_window(edited, first, last)
    return cut, f"Left out as you asked: {named}{more}.{_recount_note(question, first)}"


def _split_exclusion(reply: str) -> tuple[str, str]:
    """What a reply wants left out ("" for nothing), and the rest of the reply."""
    match = _EXCLUDE.search(reply)
    if match is None:
        return "", reply
    phrase = _NEXT_CLAUSE.sub("", match["what"])
    return phrase, f"{reply[: match.start()]} {reply[match.start('what') + len(phrase) :]}"


def _change_window(question: MetricQuestion, reply: str) -> tuple[MetricQuestion, str] | None:
    _, rest = _split_exclusion(reply)
    size = len(question.values)
    first, last = _count_window(question, rest, reply)
    if _NARROW.search(rest):
        span = _SPAN.search(rest)
        if span is not None:
            starts = find_periods(question, span["first"])
            ends = find_periods(question, _complete(span["last"].strip(), span["first"]))
            first, last = (starts or [first])[0], (ends or [last])[-1]
        for pattern in (_SINCE, _UNTIL, _BEFORE):
            match = pattern.search(rest)
            places = find_periods(question, match["what"]) if match and not span else []
            if places and pattern is _SINCE:
                first = max(first, places[0])
            elif places:
                last = min(last, places[0] - 1 if pattern is _BEFORE else places[-1])
    if (first, last) == (0, size - 1):
        return None
    _need_values(question, question.values[first : last + 1], reply)
    note = f"Only {name_window(question, first, last)}, as you asked."
    return cut_window(question, first, last), note + _recount_note(question, first)


def _count_window(question: MetricQuestion, rest: str, reply: str) -> tuple[int, int]:
    """First and last position of "the last 8 weeks"; the whole series where none is told."""
    size = len(question.values)
    window = _WINDOW.search(rest)
    # "the last week" is what is asked about, not a window
    if window is None or window["count"] is None or read_count(window["count"]) < FEWEST_VALUES:
        return 0, size - 1
    wanted = read_count(window["count"])
    if wanted > size:
        raise _problem(
            f"There are {count_periods(question, size)} here, not {wanted}. Ask for fewer, or"
            " paste the longer series.",
            reply,
        )
    return (0, wanted - 1) if window["end"].casefold() == "first" else (size - wanted, size - 1)


def _complete(last: str, first: str) -> str:
    """ "9" after "week 3" is "week 9"."""
    noun = first.split()[0] if first.split() else ""
    return f"{noun.removesuffix('s')} {last}" if last[:1].isdigit() and noun.isalpha() else last


def _turn_direction(question: MetricQuestion, reply: str) -> tuple[MetricQuestion, str] | None:
    _, remark = direction_in_name(reply)
    if not remark:
        return None
    higher = remark.casefold().removeprefix("the ").startswith(("higher", "more"))
    note = f"Read with {'higher' if higher else 'lower'} as better, as you asked."
    return question.model_copy(update={"higher_is_better": higher}), note


def cut_window(question: MetricQuestion, first: int, last: int) -> MetricQuestion:
    """Keep the periods `first` to `last` (0-based, both included); changes move along.

    A change outside the window stays known without a place in the series.
    """
    window = slice(first, last + 1)
    changes = tuple(
        change.model_copy(
            update={
                "index": change.index - first
                if change.index is not None and first <= change.index <= last
                else None
            }
        )
        for change in question.changes
    )
    return question.model_copy(
        update={
            "values": question.values[window],
            "dates": question.dates[window] if question.dates else None,
            "denominators": question.denominators[window] if question.denominators else None,
            "changes": changes,
            "incomplete_last": question.incomplete_last and last == len(question.values) - 1,
        }
    )


def _recount_note(question: MetricQuestion, first: int) -> str:
    if first == 0 or question.dates is not None:
        return ""
    noun = question.period.value
    return f" What was {noun} {first + 1} is now {noun} 1."


def _need_values(question: MetricQuestion, values: Sequence[float | None], reply: str) -> None:
    left = sum(value is not None for value in values)
    if left < FEWEST_VALUES:
        raise _problem(
            f"That leaves {count_periods(question, left)}; a change needs at least two. Leave fewer"
            " out.",
            reply,
        )


def _unclear(question: MetricQuestion, what: str, reply: str) -> UnreadableQuestionError:
    examples = [f"“{name_period(question, len(question.values) // 2)}”"]
    examples += [f"“{change.what}”" for change in question.changes if change.index is not None][:1]
    return _problem(f"I could not tell {what}. Name it like this: {' or '.join(examples)}.", reply)


def _problem(message: str, reply: str) -> UnreadableQuestionError:
    problem = Problem(code=ProblemCode.NO_VALUES, message=message, field="question")
    return UnreadableQuestionError((problem,), {"question": reply})
