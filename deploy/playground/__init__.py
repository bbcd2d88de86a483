"""A practice workspace: a Slack stand-in on this machine for demos, tests and benchmarks.

It speaks the part of Slack's protocol that the bot uses (Web API subset, Socket Mode, signed
HTTP requests, Block Kit in a browser page), refuses what Slack refuses, and can be told to fail.
It knows nothing of the bot: neither imports the other. Here the walk starts and ends: a person
asks in the page, the app behind the socket answers through the Web API.

It does not stand in for Slack's security, its search, or its exact timing.
"""
