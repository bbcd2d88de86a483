"""The vLLM server: settings, command line, start and stop. Private to this machine or cluster.

`python -m deploy.vllm` runs it in the foreground; `VllmServer` runs it as a child.
"""

from deploy.vllm.server import VllmServer, VllmStartError, check_health
from deploy.vllm.settings import VllmSettings

__all__ = ["VllmServer", "VllmSettings", "VllmStartError", "check_health"]
