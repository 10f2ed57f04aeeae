"""The page on which one annotator works: drafts, their journal and the statement file."""
