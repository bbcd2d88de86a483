"""What goes with an outcome, and where a change of a rate sits: regression and segments.

Step 4 of the walk for tables with one row per person. From typed columns to typed facts; finds
associations and never calls one a cause. statsmodels loads on first use.
"""

from bot.analysis.drivers.compute import compute_driver_findings, restore_row_findings
from bot.analysis.drivers.mix_facts import compute_mix_findings

__all__ = ["compute_driver_findings", "compute_mix_findings", "restore_row_findings"]
