"""The wire: bytes become typed stream events. Knows httpx, knows no Qt."""
