"""Gold decided from what the annotators made of each stretch of an article."""
