"""The demo company: two years of weekly data with a known story, its catalogue and annotations.

Written into the data folder by `analyst demo` (or `python -m deploy.demo_company`); the numbers
come from the scenario simulator. Nothing here is used outside practice and tests.
"""
