"""A configuration's data and folds -> files for other tools."""
