"""What a chat is: frozen values, stream events and errors. Standard library only."""
