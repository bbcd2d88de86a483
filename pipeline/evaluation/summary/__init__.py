"""From stored rows to figures: everything here can be computed again from the database alone."""
