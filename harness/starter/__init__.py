"""A new benchmark: an invented example in a folder, with the user's labels, that runs as it is."""
