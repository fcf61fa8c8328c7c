"""A loopback server that speaks the chat-completions protocol with scripted answers and faults."""
