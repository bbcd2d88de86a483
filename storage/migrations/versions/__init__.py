"""One file per schema step, in order."""
