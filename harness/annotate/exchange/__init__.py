"""Exchange with other annotation tools: one module a format, and a table of them in :mod:`.formats`."""
