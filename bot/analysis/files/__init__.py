"""A file's bytes -> a typed table -> `MetricQuestion`s, or a `RowLevelTable`, or a problem.

Step 2 of the walk for files. Pure: opens no file, starts no process and evaluates no formula; the
limited child process that runs it is `bot.file_reading`.
"""
