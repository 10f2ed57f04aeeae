"""Modules that are copied into task folders and run there; the harness itself imports none of them."""
