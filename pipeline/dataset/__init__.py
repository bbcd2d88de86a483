"""Dataset versions: approved examples, filtered, split, frozen under a fingerprint, written out.

`build.build_dataset` is the way in. Trains nothing and asks no model.
"""
