"""A stub of the model server: vLLM's HTTP protocol without a model behind it.

For tests, fault matrices and load tests that would take days on a real server. It streams
scripted text as server-sent events, continues a given beginning, knows adapters by name, and can
be told to fail. It computes nothing: whatever is measured against it is our own share.
"""

from deploy.stub_model.model import BASE_MODEL, StubModel
from deploy.stub_model.script import StubFault, StubRequest, answer_from_facts, continue_text

__all__ = [
    "BASE_MODEL",
    "StubFault",
    "StubModel",
    "StubRequest",
    "answer_from_facts",
    "continue_text",
]
