"""Conversations on the disk: kept as they are said, found by any word, saved from what happens to the file.

`conversation_store` is the way in; nothing else here is meant for other packages, but for the values in
`reports`.
"""
