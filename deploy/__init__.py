"""Where and how it runs: the command line, settings put together, local servers."""
