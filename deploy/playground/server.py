"""The ASGI application: Web API, sockets, response URLs, people's acts, files, the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from deploy.playground.act_routes import act_routes
from deploy.playground.acts.respond import respond
from deploy.playground.errors import ApiError
from deploy.playground.file_routes import file_routes
from deploy.playground.guard import CONTENT_POLICY, LocalOnly
from deploy.playground.options import Options
from deploy.playground.playground import Playground, open_playground
from deploy.playground.web_api import METHODS
from deploy.playground.web_api.call import answer_call, refusal

STATIC_FOLDER = Path(__file__).parent / "static"


def create_app(options: Options, port: int) -> Starlette:
    """The application of one workspace that will listen on ``port`` of 127.0.0.1.

    Raises:
        ValueError: options that contradict each other.
    """
    pg = open_playground(options, f"http://127.0.0.1:{port}")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await pg.close()

    app = Starlette(
        routes=[
            *_protocol_routes(pg),
            *act_routes(pg),
            *file_routes(pg),
            Route("/", _page),
            Mount("/static", StaticFiles(directory=STATIC_FOLDER, check_dir=False)),
        ],
        middleware=[Middleware(LocalOnly, port=port)],
        lifespan=lifespan,
    )
    app.state.playground = pg
    return app


async def _page(request: Request) -> Response:
    headers = {"Content-Security-Policy": CONTENT_POLICY, "Cache-Control": "no-cache"}
    headers |= {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    return FileResponse(STATIC_FOLDER / "index.html", headers=headers)


def _protocol_routes(pg: Playground) -> list[Route | WebSocketRoute]:
    async def call(request: Request) -> Response:
        return await answer_call(pg, METHODS, request, request.path_params["method"])

    async def response_url(request: Request) -> Response:
        try:
            respond(pg, request.path_params["secret"], await request.json())
        except ApiError as refused:
            gone = refused.error in ("invalid_url", "expired_url", "used_url")
            return JSONResponse(refusal(refused), status_code=404 if gone else 400)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, status_code=400)
        return PlainTextResponse("ok")

    async def app_socket(websocket: WebSocket) -> None:
        if pg.sockets is None:
            await websocket.close(code=4000, reason="this workspace delivers over HTTP")
        else:
            await pg.sockets.serve(websocket)

    return [
        Route("/api/{method}", call, methods=["GET", "POST"]),
        Route("/response/{secret}", response_url, methods=["POST"]),
        WebSocketRoute("/socket", app_socket),
        WebSocketRoute("/page-socket", pg.feed.serve),
    ]
