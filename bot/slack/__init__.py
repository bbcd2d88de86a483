"""The Slack surface: thin listeners, Block Kit builders and permissions."""
