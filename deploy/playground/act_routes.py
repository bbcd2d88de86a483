"""``/playground/...``: how the page, tests and benchmarks act as people.

Bodies and answers are JSON. A request that cannot be carried out is answered 400 with
``{"error": sentence}``.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.playground.acts.click import click_in_message, click_in_view
from deploy.playground.acts.command import run_command
from deploy.playground.acts.forms import close_view, submit_view
from deploy.playground.acts.say import require_person, say
from deploy.playground.carriers import Ack
from deploy.playground.errors import BadRequestError
from deploy.playground.faults import SOCKET_KINDS, parse_fault
from deploy.playground.outgoing import announce_home_opened
from deploy.playground.payloads import event_callback
from deploy.playground.playground import Playground
from deploy.playground.snapshot import MESSAGES_PER_CHANNEL, take_snapshot

Json = dict[str, Any]
Handler = Callable[[Playground, Json], Awaitable[Json]]


async def _say(pg: Playground, body: Json) -> Json:
    ts = say(
        pg,
        user=body["user"],
        channel=body["channel"],
        text=body.get("text", ""),
        thread_ts=body.get("thread_ts"),
        file_ids=body.get("files") or [],
        raw=bool(body.get("raw")),
    )
    return {"ts": ts}


async def _command(pg: Playground, body: Json) -> Json:
    keys = ("user", "channel", "command")
    arguments = {key: body[key] for key in keys} | {"text": body.get("text", "")}
    payload, ack = await run_command(pg, **arguments)
    return {"payload": payload, **_report(ack)}


async def _click(pg: Playground, body: Json) -> Json:
    names = ("user", "action_id", "block_id", "value", "state")
    common: Json = {name: body[name] for name in names if name in body}
    if body.get("view_id"):
        payload, ack = await click_in_view(pg, view_id=body["view_id"], **common)
    else:
        place = {"channel": body["channel"], "message_ts": body["message_ts"]}
        payload, ack = await click_in_message(pg, **place, **common)
    return {"payload": payload, **_report(ack)}


def _report(ack: Ack) -> Json:
    return {"acknowledged": ack.ok, "failure": ack.failure, "response": ack.payload}


async def _submit(pg: Playground, body: Json) -> Json:
    state = body.get("state") or {}
    return await submit_view(pg, user=body["user"], view_id=body["view_id"], state=state)


async def _close(pg: Playground, body: Json) -> Json:
    everything = bool(body.get("everything"))
    await close_view(pg, user=body["user"], view_id=body["view_id"], everything=everything)
    return {}


async def _home(pg: Playground, body: Json) -> Json:
    tab = body.get("tab", "home")
    if tab not in ("home", "messages"):
        raise BadRequestError(f"a tab is home or messages, not {tab!r}")
    announce_home_opened(pg, require_person(body["user"]).id, tab)
    return {}


async def _faults(pg: Playground, body: Json) -> Json:
    if body.get("kind") == "clear":
        pg.faults.clear()
        return {}
    fault = parse_fault(body)
    if fault.kind in SOCKET_KINDS:
        if pg.sockets is None:
            raise BadRequestError("there is no socket to close: this workspace uses HTTP")
        struck = pg.sockets.refresh() if fault.kind == "refresh_socket" else pg.sockets.close()
        pg.delivery.in_background(struck)
    else:
        pg.faults.arm(fault)
    return {}


async def _event(pg: Playground, body: Json) -> Json:
    """Deliver one hand-made event (for events people cannot cause, and for load tests)."""
    payload = event_callback(body["event"], body.get("event_id"))
    pg.delivery.send_event(payload)
    return {"event_id": payload["event_id"]}


async def _reset(pg: Playground, body: Json) -> Json:
    pg.workspace.clear()
    pg.streams.clear()
    pg.faults.clear()
    pg.delivery.records.clear()
    pg.feed.tell("reset")
    return {}


def act_routes(pg: Playground) -> list[Route]:
    """The routes, bound to one workspace."""
    handlers: dict[str, Handler] = {
        "say": _say,
        "command": _command,
        "click": _click,
        "submit": _submit,
        "close": _close,
        "home": _home,
        "faults": _faults,
        "event": _event,
        "reset": _reset,
    }
    routes = [
        Route(f"/playground/{name}", _endpoint(pg, handler), methods=["POST"])
        for name, handler in handlers.items()
    ]

    async def state(request: Request) -> Response:
        limit = int(request.query_params.get("limit", MESSAGES_PER_CHANNEL))
        return JSONResponse(take_snapshot(pg, limit))

    async def messages(request: Request) -> Response:
        channel = request.query_params.get("channel", "")
        thread_ts = request.query_params.get("thread_ts")
        if thread_ts:
            found = pg.workspace.thread(channel, thread_ts)
        else:
            found = list(pg.workspace.messages.get(channel, {}).values())
        return JSONResponse({"messages": found})

    async def deliveries(request: Request) -> Response:
        return JSONResponse({"deliveries": [asdict(record) for record in pg.delivery.records]})

    return [
        *routes,
        Route("/playground/state", state),
        Route("/playground/messages", messages),
        Route("/playground/deliveries", deliveries),
    ]


def _endpoint(pg: Playground, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            body = json.loads(await request.body() or b"{}")
            if not isinstance(body, dict):
                raise BadRequestError("the body must be a JSON object")
            return JSONResponse(await handler(pg, body))
        except KeyError as missing:
            return JSONResponse({"error": f"{missing.args[0]} is missing"}, status_code=400)
        except json.JSONDecodeError:
            return JSONResponse({"error": "the body is not JSON"}, status_code=400)
        except BadRequestError as refused:
            return JSONResponse({"error": str(refused)}, status_code=400)

    return endpoint
