"""``python -m harness`` is the command ``harness``."""

from harness.cli import main

if __name__ == "__main__":  # a configuration that names this module must not run it
    main()
