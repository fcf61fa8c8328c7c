"""The desktop around the app. Knows no widgets."""
