"""Starting with the session: one interface, a module for each system."""
