"""What the app does: one object, one job, signals out. Knows QtCore and asyncio, no widgets."""
