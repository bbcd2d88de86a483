"""The `analyst` commands, one module per noun."""
