"""The metric catalogue as data: what metrics exist, which one is meant, over which window.

Pure: reads text, decides, and makes questions. Opening files and databases is not its business
(`bot.metric_library`, `bot.catalogue_reading`).
"""
