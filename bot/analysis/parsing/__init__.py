"""Text, form fields or a small CSV -> `MetricQuestion`, or a typed problem the user can mend.

Step 2 of the walk. Start reading at `reader`; `assembly` tells the order of things, `finder`
finds the series, `series` reads it.
"""

from bot.analysis.parsing.csv_files import read_csv
from bot.analysis.parsing.reader import read_fields, read_question

__all__ = ["read_csv", "read_fields", "read_question"]
