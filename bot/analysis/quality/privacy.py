"""Personal data and calls: what must not be learnt by heart, and what must not ring.

Patterns find the usual forms; they are no guarantee, which is why reviewers look too. What is
found is never repeated in the reason.
"""

import re

from bot.analysis.quality.finding import QualityCheck, QualityFinding, failed, passed

_EMAIL = re.compile(r"\b[\w.+-]+(?:@|\s?\(at\)\s?|\s?\[at\]\s?)[\w-]+(?:\.[\w-]+)+\b")
# International (+49 ...), national with a leading zero in brackets or groups, and 555-010-1234.
# The look-arounds keep out series of values, dates and decimals.
_PHONE = re.compile(
    r"(?<![\w.,%+-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}(?:[ .-]\d{2,4}){1,4}|\+\d{9,14}"
    r"|\(0?\d{2,4}\)[ ./-]?\d{3,4}[ .-]?\d{3,4}|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,5}"
    r"|\d{3}[.-]\d{3}[.-]\d{4})(?![\w%]|[.,]\d)"
)
_PHONE_DIGITS = (9, 15)  # national numbers to the longest of E.164 (ITU)
_HANDLE = re.compile(
    r"(?<![\w.])@(?!channel\b|here\b|everyone\b)[A-Za-z][\w.-]+|<@[UW][A-Z0-9]{5,}[^>]*>"
)
# Written in one piece, in fours, or 4-6-5 (ISO/IEC 7812: 13 to 19 digits; the large networks start
# with 3 to 6). Other groupings are rows of values.
_CARD = re.compile(
    r"(?<![\w.,-])(?:[3-6]\d{12,18}|[3-6]\d{3}(?:[ -]\d{4}){2,3}[ -]\d{1,4}"
    r"|3\d{3}[ -]\d{6}[ -]\d{5})(?![\w%]|[.,]\d)"
)
_BROADCAST = re.compile(
    r"<!(?:channel|here|everyone|subteam)[^>]*>|(?<!\w)@(?:channel|here|everyone)\b", re.IGNORECASE
)
# A bare domain counts as a link because Slack makes one of it.
_LINK = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,10}://\S+|\bwww\.\S+|<(?:https?|tel):[^>]*>"
    r"|(?<![\w@.])[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|co|ai|app|dev|de|uk|fr|eu|me"
    r"|ly)\b(?:/\S*)?",
    re.IGNORECASE,
)


def check_personal_data(text: str) -> QualityFinding:
    """No e-mail address, phone number, card number or person's handle."""
    kinds = []
    if _EMAIL.search(text):
        kinds.append("an e-mail address")
    if _has_card_number(text):
        kinds.append("a card number")
    if _has_phone_number(text):
        kinds.append("a phone number")
    if _HANDLE.search(_EMAIL.sub(" ", text)):
        kinds.append("a person's handle")
    if kinds:
        return failed(QualityCheck.PERSONAL_DATA, f"Holds {', '.join(kinds)}.")
    return passed(QualityCheck.PERSONAL_DATA)


def check_broadcast_or_link(text: str) -> QualityFinding:
    """No call to a whole channel or group, and no link."""
    if _BROADCAST.search(text):
        return failed(QualityCheck.BROADCAST_OR_LINK, "Calls a whole channel or group.")
    if "mailto:" in text.lower() or _LINK.search(_EMAIL.sub(" ", text)):
        return failed(QualityCheck.BROADCAST_OR_LINK, "Holds a link.")
    return passed(QualityCheck.BROADCAST_OR_LINK)


def _has_phone_number(text: str) -> bool:
    low, high = _PHONE_DIGITS
    return any(
        low <= sum(char.isdigit() for char in match.group(0)) <= high
        for match in _PHONE.finditer(text)
    )


def _has_card_number(text: str) -> bool:
    return any(
        _passes_luhn([int(char) for char in match.group(0) if char.isdigit()])
        for match in _CARD.finditer(text)
    )


def _passes_luhn(digits: list[int]) -> bool:
    """Check digit of card numbers (ISO/IEC 7812-1, annex B); all zeros are no card."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if position % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0 and any(digits)
