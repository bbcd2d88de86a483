"""From what a person types to what Slack puts on the wire.

Slack escapes ``&``, ``<`` and ``>``, turns names after @ into ids and wraps links; the app then
sees text it can trust not to hold control sequences nobody chose.
"""

import re

from deploy.playground.people import (
    BOT_NAME,
    BOT_USER_ID,
    CHANNEL_BY_ID,
    PEOPLE,
    PERSON_BY_ID,
)

_KNOWN_MENTION = re.compile(r"<@(?P<user>[A-Z0-9]+)>|<#(?P<channel>[A-Z0-9]+)(\|[^<>]*)?>")
_LINK = re.compile(r"https?://[^\s<>|]+")
_BROADCAST = re.compile(r"(?<![\w@])@(here|channel|everyone)\b")


def encode_typed(text: str) -> str:
    """Typed text as Slack sends it.

    ``@Growth Analyst`` and ``@gina`` become mentions, ``@channel`` a broadcast, links are
    wrapped; anything else in angle brackets is escaped, also ``<!channel>`` typed by hand.
    """
    pieces, position = [], 0
    for mention in _KNOWN_MENTION.finditer(text):
        if not _exists(mention):
            continue
        pieces += [_encode_plain(text[position : mention.start()]), mention.group()]
        position = mention.end()
    return "".join([*pieces, _encode_plain(text[position:])])


def _exists(mention: re.Match[str]) -> bool:
    user, channel = mention["user"], mention["channel"]
    return user in PERSON_BY_ID or user == BOT_USER_ID or channel in CHANNEL_BY_ID


def _encode_plain(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    names = {BOT_NAME: BOT_USER_ID, **{person.handle: person.id for person in PEOPLE}}
    for name, user_id in names.items():
        pattern = rf"(?<![\w@])@{re.escape(name)}\b"
        text = re.sub(pattern, f"<@{user_id}>", text, flags=re.IGNORECASE)
    text = _BROADCAST.sub(r"<!\1>", text)
    return _LINK.sub(lambda link: f"<{link.group()}>", text)
