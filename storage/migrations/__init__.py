"""Schema steps, run by `storage.migration`."""
