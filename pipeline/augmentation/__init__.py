"""Augmentation: a teacher model writes new candidates, code proves or refuses each one.

`run.run_augmentation` is the way in. Nothing here approves an example; people do.
"""
