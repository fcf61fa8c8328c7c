"""Markdown from a machine that nobody trusts → typed blocks and spans: incremental, at a flat cost, safe."""
