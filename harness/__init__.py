"""Stance-classification evaluation harness: reproducible benchmarks on small, dependent samples."""

__version__ = "0.1.0"
