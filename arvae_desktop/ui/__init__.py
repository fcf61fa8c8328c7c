"""Windows and widgets: they draw state and emit what the user asked for; they decide nothing."""
