"""What files of strangers cannot do; docs/security.md names these tests."""
