"""Payload checks against Slack's documented limits, with Slack's error names.

Pure functions over plain dictionaries: they know neither state nor transport.
"""
