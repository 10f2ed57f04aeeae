"""Labelling new statements with a model of a finished run: readers, stored models, resumable output."""
