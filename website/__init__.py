"""The documentation site: what mkdocs.yml cannot say, and the reference that is made from the code."""
