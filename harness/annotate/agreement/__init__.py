"""Agreement between annotators: where statements are, and how they are labelled."""
