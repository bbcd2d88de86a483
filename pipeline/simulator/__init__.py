"""Made-up businesses whose true story is known: series, context, recorded changes, ground truth.

Feeds augmentation (training families) and the golden set (held-out families). It holds no example
answers and trains nothing.
"""
