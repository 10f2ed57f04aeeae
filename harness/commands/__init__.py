"""The commands, by what they are about; each imports what it needs inside itself, so that help is quick."""
