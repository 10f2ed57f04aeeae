"""One adapter per family of classifiers; :mod:`harness.registry` is the table of them."""
