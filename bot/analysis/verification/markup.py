"""Things an answer must never carry: broadcast mentions, links, raw Slack markup.

They become unsupported claims of unit "markup", so that the guard can refuse the sentence.
"""

import re
from collections.abc import Iterator

from bot.analysis.claims import Claim, ClaimStatus

_MARKUP = re.compile(
    r"<[!@#][^<>\s]{0,80}>?|</?https?:[^\s>]{0,200}>?|\b(?:https?://|www\.)[^\s>]{1,200}"
    r"|\bmailto:\S{1,100}|(?<![\w@])@(?:channel|here|everyone)\b|\]\([^)\s]{1,200}\)"
    r"|\b[\w-]{1,60}\.(?:com|net|org|io|dev|app|ru|cn|info|biz|xyz)(?:/[^\s]{0,200}|\b)"
    r"|&lt;!|<\|[^|>]{0,40}\|>",
    re.IGNORECASE,
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
