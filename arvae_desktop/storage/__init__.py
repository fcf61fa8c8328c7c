"""The disk and the operating system's keyring. Knows no Qt."""
