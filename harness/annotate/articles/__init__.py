"""Adding articles to a corpus, frozen as they were received."""
