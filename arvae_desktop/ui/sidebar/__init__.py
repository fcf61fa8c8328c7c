"""The sidebar: kept conversations in their groups, what a search finds, and what can be done with them."""
