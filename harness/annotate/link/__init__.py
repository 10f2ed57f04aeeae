"""Statements that report the same utterance, put into one group."""
