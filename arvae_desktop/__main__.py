"""Lets ``python -m arvae_desktop`` do what the ``arvae-desktop`` command does. A frozen app begins here."""

import sys

from arvae_desktop import ASK_KEYRING, DRAW_FORMULAS, READ_FILE

if __name__ == "__main__":
    if sys.argv[1:] == [DRAW_FORMULAS]:
        from arvae_desktop.services.formula_process import main as draw_formulas

        draw_formulas()
    if sys.argv[1:2] == [READ_FILE]:
        from arvae_desktop.services.file_process import main as read_file

        read_file(*sys.argv[2:])
    if sys.argv[1:] == [ASK_KEYRING]:
        from arvae_desktop.services.keyring_process import main as ask_keyring

        ask_keyring()
    from arvae_desktop.cli import main

    sys.exit(main())
