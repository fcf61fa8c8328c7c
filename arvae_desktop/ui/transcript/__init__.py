"""The transcript: one text document that shows a conversation and grows while an answer streams."""
