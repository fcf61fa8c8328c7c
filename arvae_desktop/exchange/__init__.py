"""Conversations for other programs and from them: export, import, and everything in one backup (no Qt)."""
