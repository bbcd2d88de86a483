"""Training: a dataset version becomes an adapter that vLLM serves.

The story is `run.py`; it runs in its own process (`python -m pipeline.training RUN_FOLDER`),
started by a launcher and recorded by `record.py`.
"""
