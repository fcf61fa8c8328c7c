"""The wire: bytes become typed stream events. Knows httpx, knows no Qt."""

import sys

# httpx imports its own command line, and so click, rich and pygments, where those happen to be installed:
# 5 MB that nobody here needs. It takes their absence well.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
