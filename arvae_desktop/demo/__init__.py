"""A loopback server that speaks the streaming protocol, with scripted answers and faults."""
