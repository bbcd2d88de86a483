"""What is remembered: tables, transactions, queries by noun."""
