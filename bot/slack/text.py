"""Turn text of any origin into text that Slack shows as written.

Nothing a user pasted or a model wrote may become a mention, a link, a broadcast or formatting.
"""

import re

SECTION_CHARACTERS = 2_900  # Slack refuses a section over 3,000; escaping happens before the cut
_MARKUP = re.compile(r"[*~`]|_(?![^\W_])|(?<![^\W_])_")  # "rate_married" keeps its underscore
_URL = re.compile(r"\b(?:https?|ftp)://\S+|\bwww\.\S+", re.IGNORECASE)
_MENTION = re.compile(r"@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)


def escape(text: str) -> str:
    """Escape the three characters that start Slack markup (&, <, >)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str, limit: int = SECTION_CHARACTERS) -> str:
    """Make text safe for an mrkdwn field: no markup, links or mentions; cut at `limit`."""
    without_links = _URL.sub("[link removed]", text)
    quiet = _MENTION.sub("@\u200b", _MARKUP.sub("", without_links))
    escaped = escape(quiet)
    if len(escaped) <= limit:
        return escaped
    cut = escaped[: limit - 1]
    return re.sub(r"&[a-z]{0,4}$", "", cut).rstrip() + "…"


def unescape(text: str) -> str:
    """Undo Slack's own escaping in text that arrives."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
