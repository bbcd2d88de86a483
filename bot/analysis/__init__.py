"""Pure functions over plain types: read a question, compute facts, check an answer."""
