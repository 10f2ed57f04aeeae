"""Making annotations: agreement between annotators, and the way from an article to gold."""
