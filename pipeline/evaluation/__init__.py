"""Evaluation: a candidate adapter replayed on frozen cases beside base, few-shot base and live.

The served path writes every answer (steps 2 to 6 of the walk); each case and system is stored as
it finishes, and everything told afterwards is computed from what is stored.
"""
