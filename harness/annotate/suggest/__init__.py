"""Candidate statements of an article, by rules over cues and quotation marks."""
