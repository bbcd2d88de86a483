"""The Web API subset, by Slack's method names: ``METHODS`` maps a name to its function.

Each function takes the playground and the call's arguments and returns the answer without
``ok``; refusals are raised as ``ApiError``.
"""

from deploy.playground.web_api import chat, conversations, files, misc, streams, users, views
from deploy.playground.web_api.call import Method

METHODS: dict[str, Method] = {
    **misc.METHODS,
    **chat.METHODS,
    **streams.METHODS,
    **views.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **files.METHODS,
}
