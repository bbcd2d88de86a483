"""Thin listeners, one module per surface; each has `register(app, ...)`.

A listener stores and enqueues. Only opening a form happens right here, because Slack's trigger
dies after three seconds.
"""
