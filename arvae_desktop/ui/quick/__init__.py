"""The quick prompt: one small box over whatever the user is doing."""
