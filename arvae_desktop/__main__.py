"""Lets ``python -m arvae_desktop`` do what the ``arvae-desktop`` command does. A frozen app begins here."""

import sys

from arvae_desktop import DRAW_FORMULAS

if __name__ == "__main__":
    if sys.argv[1:] == [DRAW_FORMULAS]:
        from arvae_desktop.services.formula_process import main as draw_formulas

        draw_formulas()
    from arvae_desktop.cli import main

    sys.exit(main())
