"""`python -m deploy.vllm`: prepare the base model if need be and serve it until Ctrl-C.

Run from the folder that holds `models/` and `adapters/`.
"""

import argparse
import logging
import signal
import sys
from pathlib import Path
from types import FrameType

from pydantic import ValidationError

from deploy.models import DEFAULT_MODEL, ModelFolderError, ensure_model
from deploy.vllm.server import VllmServer, VllmStartError
from deploy.vllm.settings import VllmSettings

logger = logging.getLogger("deploy.vllm")


def main(arguments: list[str] | None = None) -> int:
    """Serve in the foreground; exit status 0 after Ctrl-C, 1 when the server fails, 2 bad input."""
    options = _parser().parse_args(arguments)
    try:
        settings = VllmSettings(**{k: v for k, v in vars(options).items() if v is not None})
    except ValidationError as error:
        logger.error("%s", error.errors()[0]["msg"])
        return 2
    signal.signal(signal.SIGTERM, _stop_on_signal)
    try:
        if settings.model == f"models/{DEFAULT_MODEL}":
            ensure_model(report=logger.info)
        with VllmServer(settings, report=logger.info) as server:
            logger.info("Serving %s at %s; Ctrl-C stops it", settings.model, server.base_url)
            server.wait()
            logger.error("%s", server.explain_exit())
            return 1
    except (ModelFolderError, VllmStartError) as error:
        logger.error("%s", error)
        return 1
    except KeyboardInterrupt:
        logger.info("Stopped")
        return 0


def _stop_on_signal(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.vllm", description=__doc__)
    parser.add_argument("--model", help=f"folder of the base model (models/{DEFAULT_MODEL})")
    parser.add_argument("--adapters-dir", type=Path, help="folder of the adapters (adapters)")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parser.add_argument("--profile", choices=["auto", "cpu", "gpu"])
    parser.add_argument("--dtype")
    parser.add_argument("--tensor-parallel-size", type=int)
    parser.add_argument("--max-model-len", type=int)
    parser.add_argument("--log-file", type=Path)
    return parser


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
