"""Lets ``python -m arvae_desktop`` do what the ``arvae-desktop`` command does."""

import sys

from arvae_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
