"""The composition root: builds every object, connects them, owns start-up and shutdown."""
