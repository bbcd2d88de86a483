"""The report a maintainer decides from: Markdown, self-contained HTML, a summary for Slack."""
