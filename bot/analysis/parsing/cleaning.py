"""Pasted text made plain: Slack markup, entities, odd spaces and invisible characters.

First step of reading a question. It keeps line breaks, tabs and every word; it does not look
at numbers beyond joining digit groups that a no-break space holds together.
"""

import html
import re
import unicodedata

_BROADCAST = re.compile(r"<!(?:channel|here|everyone)(?:\|[^<>\n]{0,80})?>", re.IGNORECASE)
_SUBTEAM = re.compile(r"<!subteam\^\w{1,30}(?:\|([^<>\n]{0,80}))?>")
_SLACK_DATE = re.compile(r"<!date\^[^<>|\n]{0,200}\|([^<>\n]{0,100})>")
_MENTION = re.compile(r"<@[A-Z0-9]{1,30}(?:\|[^<>\n]{0,80})?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]{1,30}(?:\|([^<>\n]{0,80}))?>")
_LINK_WITH_TEXT = re.compile(
    r"<(?:https?|mailto|tel|slack|ftp):[^<>|\n]{0,2000}\|([^<>\n]{0,300})>"
)
_LINK = re.compile(r"<(?:https?|mailto|tel|slack|ftp):[^<>|\n]{0,2000}>")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(https?:[^()\s]{1,2000}\)")
_BARE_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>|]{1,2000}", re.IGNORECASE)
_FENCE = re.compile(r"```(?:[a-z]{1,12}(?=\n))?")
_BOLD = re.compile(r"(?<![\w*])\*{1,2}(?![\s*])([^*\n]{1,200}?)(?<!\s)\*{1,2}(?![\w*])")
_ITALIC = re.compile(r"(?<![\w_])_(?![\s_])([^_\n]{1,200}?)(?<!\s)_(?![\w_])")
_STRIKE = re.compile(r"(?<![\w~])~(?![\s~])([^~\n]{1,200}?)(?<!\s)~(?![\w~])")
_EMOJI_CODE = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+'-]{1,49}:(?![\w:])")
_QUOTE_PREFIX = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_AT_BOT = re.compile(r"\A\s*@[\w.-]{1,40}[,:]?\s*")
_HARD_SPACE = "\u00a0\u202f\u2009\u2007\u2008"
_DIGIT_GROUPS = re.compile(rf"(?<!\d)(?<![.,'])\d{{1,3}}(?:[{_HARD_SPACE}]\d{{3}}){{1,3}}(?!\d)")
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\u0085\v\f]")

_CHARACTERS = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u02bc": "'",
        "\u00b4": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2212": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\ufe63": "-",
        "\u066b": ".",
        "\u066c": ",",
        "\u066a": "%",
        "\u060c": ",",
        "\u3001": ",",
        "\u2026": "...",
        "\u27a1": "→",
        "\u21e8": "→",
        "\u2794": "→",
        "\u279c": "→",
        "\u27f6": "→",
        "\u21d2": "→",
        "\ufffd": " ",
    }
)


def clean_text(raw: str) -> str:
    """Return the text without markup or invisible characters; lines and tabs stay as they are."""
    text = _LINE_BREAKS.sub("\n", raw)
    text = _drop_slack_markup(text)
    text = html.unescape(text)
    text = _DIGIT_GROUPS.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    text = _SPACES.sub(" ", text).replace(">>", "→").translate(_CHARACTERS)
    if not text.isascii():
        text = "".join(map(_plain_character, text))
    text = _drop_formatting(text)
    return _AT_BOT.sub("", text).strip("\n ")


def _drop_slack_markup(text: str) -> str:
    for pattern, replacement in (
        (_BROADCAST, " "),
        (_SUBTEAM, " "),
        (_SLACK_DATE, r"\1"),
        (_MENTION, " "),
        (_CHANNEL, r"\1"),
        (_LINK_WITH_TEXT, r"\1"),
        (_LINK, " "),
    ):
        text = pattern.sub(replacement, text)
    return _BARE_URL.sub(" ", _MARKDOWN_LINK.sub(r"\1", text))


def _drop_formatting(text: str) -> str:
    text = _FENCE.sub("", text).replace("`", "")
    text = _BOLD.sub(r"\1", text)
    text = _ITALIC.sub(r"\1", text)
    text = _STRIKE.sub(r"\1", text)
    text = _EMOJI_CODE.sub(" ", text)
    return _QUOTE_PREFIX.sub("", text)


def _plain_character(char: str) -> str:
    """One character as ASCII where it is only a width or script variant; '' if invisible."""
    if char.isascii():
        return char
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in {"Cf", "Mn"} and not unicodedata.combining(char):
        return ""
    if category in {"So", "Cc", "Cs", "Co"}:
        return " "
    if "\uff01" <= char <= "\uff5e" or char in "\ufe6a\ufe69":
        return unicodedata.normalize("NFKC", char)
    return char


def one_line(text: str, limit: int) -> str:
    """Put text on one line and cut it at a word boundary, never longer than `limit`."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    cut = flat[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:") + "…"
