"""An X connection beside Qt's, on a thread of its own: grabs keys, and brings windows to the front."""
