"""Text or form fields -> `MetricQuestion`, or a typed problem the user can mend.

Step 2 of the walk. Start reading at `reader`; `assembly` tells the order of things, `finder`
finds the series, `series` reads it.
"""

from bot.analysis.parsing.reader import read_fields, read_question

__all__ = ["read_fields", "read_question"]
