"""Things an answer must never carry: mentions, links, markup, commands, dictated code words.

They become unsupported claims of unit "markup", so that the guard can refuse the sentence.
"""

import re
from collections.abc import Iterable, Iterator

from bot.analysis.claims import Claim, ClaimStatus

_MARKUP = re.compile(
    r"<[!@#][^<>\s]{0,80}>?|</?https?:[^\s>]{0,200}>?|\b(?:https?://|www\.)[^\s>]{1,200}"
    r"|\bmailto:\S{1,100}|(?<![\w@])@(?:channel|here|everyone)\b|\]\([^)\s]{1,200}\)"
    r"|\b[\w-]{1,60}\.(?:com|net|org|io|dev|app|ru|cn|info|biz|xyz)(?:/[^\s]{0,200}|\b)"
    r"|&lt;!|\\u003c|<\|[^|>]{0,40}\|>|<<\w{1,20}>>|\[/?INST\]"  # escaped and chat-template marks
    r"|</?[a-z][a-z0-9]{1,20}\b[^>]{0,100}>?"  # HTML
    r"|\b[a-z0-9+/=]{40,400}"  # encoded text: no word is so long
    r"|(?<!\S)/[a-z]{3,20}(?=\s|$)|(?<![\w=])=\s?[a-z]{2,20}[(|]",  # commands and formulas
    re.IGNORECASE,
)
# "PWNED-01", "HeronBot-02": a word of capitals (or of several) with a number is a name somebody
# gave. An answer may use it only where the metric or a recorded change is called so.
_CODE_WORD = re.compile(r"(?<![\w-])(?:[A-Z]{3,20}|[A-Z][a-z]{1,20}[A-Z][A-Za-z]{0,20})-\d{1,6}\b")


# A change that says what to write is no name, however it came to stand among the changes.
_DICTATING = re.compile(
    r"\b(?:answer|write|say|print|reply|repeat|begin with|end with|ignore|disregard|translate|"
    r"urgency|prompt|the model|model:)\b",
    re.IGNORECASE,
)


def find_code_words(text: str, names: Iterable[str]) -> Iterator[Claim]:
    """Yield one unsupported claim per code word that none of the names holds."""
    known = " ".join(name for name in names if not _DICTATING.search(name))
    for match in _CODE_WORD.finditer(text):
        if match.group() not in known:
            yield Claim(
                text=match.group(),
                start=match.start(),
                end=match.end(),
                value=None,
                unit="markup",
                status=ClaimStatus.UNSUPPORTED,
                fact_id=None,
                reason="neither the metric nor a recorded change is called so",
            )


def find_markup(text: str) -> Iterator[Claim]:
    """Yield one unsupported claim per mention, link or piece of raw markup."""
    for match in _MARKUP.finditer(text):
        yield Claim(
            text=match.group(),
            start=match.start(),
            end=match.end(),
            value=None,
            unit="markup",
            status=ClaimStatus.UNSUPPORTED,
            fact_id=None,
            reason="answers carry no mentions, links or raw markup",
        )
