"""Benchmarks: commands that measure what the harness claims, each printing a table."""
