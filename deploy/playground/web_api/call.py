"""One Web API call over HTTP: arguments read, token checked, faults applied, answer shaped."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploy.playground.errors import ApiError
from deploy.playground.faults import Fault
from deploy.playground.people import APP_TOKEN, BOT_TOKEN
from deploy.playground.playground import Playground

Json = dict[str, Any]
Method = Callable[[Playground, Json], Json]

# Arguments that carry JSON even in a form-encoded call.
JSON_ARGUMENTS = frozenset(
    {
        "blocks",
        "attachments",
        "metadata",
        "view",
        "files",
        "chunks",
        "loading_messages",
        "unfurl_links",
        "include_all_metadata",
    }
)


async def read_arguments(request: Request) -> Json:
    """Arguments of a call, from the query, a form or a JSON body.

    Raises:
        ApiError: ``invalid_json`` or ``json_not_object``.
    """
    arguments: Json = dict(request.query_params)
    content_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if content_type == "application/json":
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        return arguments | body
    async with request.form() as form:
        for key, value in form.items():
            if isinstance(value, str):
                arguments[key] = _decode(key, value)
    return arguments


def _decode(key: str, value: str) -> Any:
    if key not in JSON_ARGUMENTS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value  # the method's own check names the error Slack names


def check_token(request: Request, arguments: Json, method: str) -> None:
    """Compare the call's token with the one the method wants.

    Raises:
        ApiError: ``not_authed``, ``invalid_auth`` or ``not_allowed_token_type``.
    """
    header = request.headers.get("authorization", "")
    token = header.removeprefix("Bearer ").strip() or str(arguments.pop("token", ""))
    if method == "api.test":
        return
    if not token:
        raise ApiError("not_authed")
    if token not in (BOT_TOKEN, APP_TOKEN):
        raise ApiError("invalid_auth")
    wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
    if token != wanted:
        raise ApiError("not_allowed_token_type")


async def answer_call(
    pg: Playground, methods: dict[str, Method], request: Request, name: str
) -> Response:
    """Carry out one call and answer it as Slack does (200 also for refusals)."""
    fault = pg.faults.for_call(name)
    if fault is not None and fault.kind != "lost_response":
        struck = await _strike(fault)
        if struck is not None:
            return struck
    try:
        arguments = await read_arguments(request)
        check_token(request, arguments, name)
        method = methods.get(name)
        if method is None:
            raise ApiError("unknown_method")
        answer = {"ok": True, **method(pg, arguments)}
    except ApiError as refused:
        answer = refusal(refused)
    if fault is not None and fault.kind == "lost_response":
        return JSONResponse({"ok": False, "error": "internal_error"}, status_code=fault.status)
    return JSONResponse(answer)


def refusal(refused: ApiError) -> Json:
    """The answer to a refused call."""
    answer: Json = {"ok": False, "error": refused.error}
    if refused.messages:
        answer["response_metadata"] = {"messages": refused.messages}
        answer["errors"] = refused.messages
    return answer


async def _strike(fault: Fault) -> Response | None:
    if fault.kind == "slow":
        await asyncio.sleep(fault.delay_seconds)
        return None
    if fault.kind == "rate_limit":
        return JSONResponse(
            {"ok": False, "error": "ratelimited"},
            status_code=429,
            headers={"Retry-After": str(fault.retry_after_seconds)},
        )
    if fault.kind == "server_error":
        return JSONResponse({"ok": False, "error": "internal_error"}, status_code=fault.status)
    return JSONResponse({"ok": False, "error": fault.error})


def as_bool(value: object) -> bool:
    """A flag as forms ("true", "1") and JSON (true) write it."""
    return value is True or str(value).lower() in ("true", "1")


def as_int(value: object, default: int, highest: int) -> int:
    """A count between 1 and ``highest``.

    Raises:
        ApiError: ``invalid_limit``.
    """
    if value in (None, ""):
        return default
    try:
        count = int(str(value))
    except ValueError:
        raise ApiError("invalid_limit") from None
    if count < 1:
        raise ApiError("invalid_limit")
    return min(count, highest)


def require(arguments: Json, *names: str) -> None:
    """Arguments that must be there.

    Raises:
        ApiError: ``invalid_arguments``, naming the first that is missing.
    """
    for name in names:
        if arguments.get(name) in (None, ""):
            raise ApiError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
