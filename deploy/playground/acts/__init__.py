"""What a person can do: say, upload, command, click, fill in and close forms, open the home tab.

The page and the tests both act through these. Each act changes the workspace and tells the app
over its carrier, as Slack's own client and servers would together.
"""
