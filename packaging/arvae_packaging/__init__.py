"""Turns the project into installers: freezes it, prunes it, and puts it into each system's packages."""
