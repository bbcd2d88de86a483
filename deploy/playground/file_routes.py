"""Bytes in and out: uploads by the app and by people, downloads with the bot's token, images
for the page.
"""

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from deploy.playground.acts.say import require_person
from deploy.playground.errors import BadRequestError
from deploy.playground.file_store import (
    MAXIMUM_FILE_BYTES,
    SHOWN_INLINE,
    file_path,
    new_file,
    without_shares,
    write_bytes,
)
from deploy.playground.people import BOT_TOKEN
from deploy.playground.playground import Playground


def file_routes(pg: Playground) -> list[Route]:
    """The routes, bound to one workspace."""

    async def upload(request: Request) -> Response:
        """The middle step of the app's upload: the raw bytes, once."""
        file = pg.workspace.files.get(request.path_params["file_id"])
        if file is None or file_path(pg, file["id"]).exists():
            return PlainTextResponse("no such upload", status_code=404)
        content = await request.body()
        if len(content) != file["size"]:
            return PlainTextResponse(
                f"{file['size']} bytes were announced, {len(content)} came", status_code=400
            )
        write_bytes(pg, file["id"], content)
        return PlainTextResponse(f"OK - {len(content)}")

    async def person_upload(request: Request) -> Response:
        """A person attaches a file in the composer; it is shared when they send."""
        try:
            user = require_person(request.query_params.get("user")).id
        except BadRequestError as refused:
            return JSONResponse({"error": str(refused)}, status_code=400)
        content = await request.body()
        if len(content) > MAXIMUM_FILE_BYTES:
            limit = MAXIMUM_FILE_BYTES // 1024 // 1024
            error = f"the file is larger than {limit} MB"
            return JSONResponse({"error": error}, status_code=400)
        name = request.query_params.get("filename") or "file"
        file = new_file(pg, user=user, filename=name, size=len(content))
        write_bytes(pg, file["id"], content)
        pg.workspace.save_file(file)
        return JSONResponse({"file": without_shares(file)})

    async def download(request: Request) -> Response:
        """``url_private``: only with the bot's token, else Slack's sign-in page."""
        if request.headers.get("authorization") != f"Bearer {BOT_TOKEN}":
            return Response("<html>Sign in</html>", media_type="text/html")
        return _send(request)

    async def page_file(request: Request) -> Response:
        """The page's own view of a file; anything but a plain image is a download."""
        return _send(request)

    def _send(request: Request) -> Response:
        file = pg.workspace.files.get(request.path_params["file_id"])
        if file is None or not file_path(pg, file["id"]).exists():
            return PlainTextResponse("file not found", status_code=404)
        shown = file["mimetype"] in SHOWN_INLINE
        return FileResponse(
            file_path(pg, file["id"]),
            media_type=file["mimetype"] if shown else "application/octet-stream",
            filename=file["name"],
            content_disposition_type="inline" if shown else "attachment",
            headers={"X-Content-Type-Options": "nosniff"},
        )

    return [
        Route("/upload/{file_id}", upload, methods=["POST"]),
        Route("/playground/upload", person_upload, methods=["POST"]),
        Route("/files-pri/{path}/{file_id}", download),
        Route("/files-pri/{path}/download/{file_id}", download),
        Route("/page-files/{file_id}", page_file),
    ]
