"""Arvae Desktop: a native desktop chat client for servers that stream OpenAI-style chat completions."""

__version__ = "0.1.0"
