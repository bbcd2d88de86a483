"""What one answer is worth, computed from its text and the facts; no model, no database."""
