"""A key combination that reaches the app from anywhere: one interface, a module for each system."""
