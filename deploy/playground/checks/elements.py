"""Checks of block elements (buttons, selects, inputs) and the objects inside them."""

from collections.abc import Callable, Mapping
from typing import Any

from deploy.playground.checks import limits
from deploy.playground.checks.problems import Problems

Element = Mapping[str, Any]

SELECT_KINDS = frozenset({"static", "external", "users", "conversations", "channels"})
SELECTS = frozenset({f"{kind}_select" for kind in SELECT_KINDS})
MULTI_SELECTS = frozenset({f"multi_{kind}_select" for kind in SELECT_KINDS})
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICES = frozenset({"radio_buttons", "checkboxes"})
TEXT_INPUTS = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})

IN_ACTIONS = SELECTS | MULTI_SELECTS | PICKERS | CHOICES | {"button", "overflow", "workflow_button"}
IN_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = (
    SELECTS | MULTI_SELECTS | PICKERS | CHOICES | TEXT_INPUTS | {"file_input", "rich_text_input"}
)
IN_CONTEXT = frozenset({"image", "plain_text", "mrkdwn"})
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})


def check_element(
    element: object, allowed: frozenset[str], problems: Problems, pointer: str
) -> None:
    """Check one element against its own limits and against where it stands."""
    if not isinstance(element, Mapping):
        problems.add("must be an object", pointer)
        return
    kind = element.get("type")
    if kind not in allowed:
        problems.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    problems.length(element.get("action_id"), limits.ACTION_ID_CHARACTERS, f"{pointer}/action_id")
    problems.text(
        element.get("placeholder"),
        limits.PLACEHOLDER_CHARACTERS,
        f"{pointer}/placeholder",
        plain=True,
        required=False,
    )
    _check_confirm(element.get("confirm"), problems, f"{pointer}/confirm")
    check = _CHECKS.get(str(kind))
    if check is not None:
        check(element, problems, pointer)


def _check_confirm(confirm: object, problems: Problems, pointer: str) -> None:
    if confirm is None:
        return
    if not isinstance(confirm, Mapping):
        problems.add("must be an object", pointer)
        return
    problems.text(
        confirm.get("title"), limits.CONFIRM_TITLE_CHARACTERS, f"{pointer}/title", plain=True
    )
    problems.text(confirm.get("text"), limits.CONFIRM_TEXT_CHARACTERS, f"{pointer}/text")
    for key in ("confirm", "deny"):
        limit = limits.CONFIRM_BUTTON_CHARACTERS
        problems.text(confirm.get(key), limit, f"{pointer}/{key}", plain=True)


def _check_button(element: Element, problems: Problems, pointer: str) -> None:
    problems.text(element.get("text"), limits.BUTTON_TEXT_CHARACTERS, f"{pointer}/text", plain=True)
    problems.length(element.get("value"), limits.BUTTON_VALUE_CHARACTERS, f"{pointer}/value")
    problems.length(element.get("url"), limits.BUTTON_URL_CHARACTERS, f"{pointer}/url")
    if element.get("style") not in (None, "primary", "danger"):
        problems.add("must be one of primary, danger", f"{pointer}/style")


def _check_feedback(element: Element, problems: Problems, pointer: str) -> None:
    for key in ("positive_button", "negative_button"):
        button = element.get(key)
        if not isinstance(button, Mapping):
            problems.add("missing required field", f"{pointer}/{key}")
            continue
        text, value = button.get("text"), button.get("value")
        limit = limits.BUTTON_TEXT_CHARACTERS
        problems.text(text, limit, f"{pointer}/{key}/text", plain=True)
        limit = limits.BUTTON_VALUE_CHARACTERS
        problems.length(value, limit, f"{pointer}/{key}/value", required=True)


def _check_icon_button(element: Element, problems: Problems, pointer: str) -> None:
    if not element.get("icon"):
        problems.add("missing required field", f"{pointer}/icon")
    _check_button(element, problems, pointer)


def _check_options(options: object, limit: int, problems: Problems, pointer: str) -> None:
    values: set[str] = set()
    for index, option in enumerate(problems.items(options, limit, pointer)):
        place = f"{pointer}/{index}"
        if not isinstance(option, Mapping):
            problems.add("must be an object", place)
            continue
        problems.text(option.get("text"), limits.OPTION_TEXT_CHARACTERS, f"{place}/text")
        problems.text(
            option.get("description"),
            limits.OPTION_TEXT_CHARACTERS,
            f"{place}/description",
            required=False,
        )
        value = option.get("value")
        problems.length(value, limits.OPTION_VALUE_CHARACTERS, f"{place}/value", required=True)
        if value in values:
            problems.add("duplicate option value", f"{place}/value")
        values.add(str(value))


def _check_select(element: Element, problems: Problems, pointer: str) -> None:
    if "option_groups" in element:
        groups = element["option_groups"]
        pointer = f"{pointer}/option_groups"
        for index, group in enumerate(problems.items(groups, limits.SELECT_OPTIONS, pointer)):
            place = f"{pointer}/{index}"
            limit = limits.OPTION_TEXT_CHARACTERS
            problems.text(group.get("label"), limit, f"{place}/label", plain=True)
            options = group.get("options")
            _check_options(options, limits.SELECT_OPTIONS, problems, f"{place}/options")
        return
    options = element.get("options")
    _check_options(options, limits.SELECT_OPTIONS, problems, f"{pointer}/options")


def _check_choices(element: Element, problems: Problems, pointer: str) -> None:
    options = element.get("options")
    _check_options(options, limits.CHOICE_OPTIONS, problems, f"{pointer}/options")


def _check_overflow(element: Element, problems: Problems, pointer: str) -> None:
    options = element.get("options")
    _check_options(options, limits.OVERFLOW_OPTIONS, problems, f"{pointer}/options")


def _check_text_input(element: Element, problems: Problems, pointer: str) -> None:
    value = element.get("initial_value")
    if value:
        problems.length(value, limits.INPUT_CHARACTERS, f"{pointer}/initial_value")
    for key in ("min_length", "max_length"):
        bound = element.get(key)
        if bound is not None and not (isinstance(bound, int) and 0 <= bound <= 3_000):
            problems.add("must be between 0 and 3000", f"{pointer}/{key}")


def _check_number_input(element: Element, problems: Problems, pointer: str) -> None:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        problems.add("missing required field", f"{pointer}/is_decimal_allowed")


def _check_image(element: Element, problems: Problems, pointer: str) -> None:
    check_image_source(element, problems, pointer)


def check_image_source(image: Element, problems: Problems, pointer: str) -> None:
    """An image needs alt text and exactly one of ``image_url`` and ``slack_file``."""
    limit = limits.IMAGE_TEXT_CHARACTERS
    problems.length(image.get("alt_text"), limit, f"{pointer}/alt_text", required=True)
    if bool(image.get("image_url")) == bool(image.get("slack_file")):
        problems.add("must have one of image_url or slack_file", pointer)
    problems.length(image.get("image_url"), limits.IMAGE_URL_CHARACTERS, f"{pointer}/image_url")


def _check_context_text(element: Element, problems: Problems, pointer: str) -> None:
    problems.length(
        element.get("text"), limits.SECTION_TEXT_CHARACTERS, f"{pointer}/text", required=True
    )


_CHECKS: dict[str, Callable[[Element, Problems, str], None]] = {
    "button": _check_button,
    "workflow_button": _check_button,
    "feedback_buttons": _check_feedback,
    "icon_button": _check_icon_button,
    "static_select": _check_select,
    "multi_static_select": _check_select,
    "radio_buttons": _check_choices,
    "checkboxes": _check_choices,
    "overflow": _check_overflow,
    "plain_text_input": _check_text_input,
    "number_input": _check_number_input,
    "image": _check_image,
    "plain_text": _check_context_text,
    "mrkdwn": _check_context_text,
}
