"""Quality checks: what an example must satisfy before a human spends time on it.

Pure functions, one check each, used by review (`bot`) and by dataset versions and augmentation
(`pipeline`). They judge text and facts; they store nothing and decide nothing about status.
"""
