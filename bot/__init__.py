"""How a question becomes an answer, and a reader's verdict is taken."""
