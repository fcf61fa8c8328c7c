"""A client whose streams say what a test tells them to, at the moment when it tells them."""

import asyncio

from arvae_desktop.domain.events import End, Start, TextDelta
from arvae_desktop.domain.messages import AnswerState

COMPLETE = End(AnswerState.COMPLETE, finish_reason="stop")


class Stream:
    """One answer in the making.

    Attributes:
        closed: whether the session has let go of it.
        held_back: events that only come out if it is stopped.
    """

    def __init__(self, request, on_rest=None):
        self.request = request
        self.held_back = []
        self._on_rest = on_rest
        self.closed = False
        self._events = asyncio.Queue()

    def say(self, *events):
        """Let the stream yield these; a string is a delta of text, an exception is raised."""
        for event in events:
            self._events.put_nowait(TextDelta(event) if isinstance(event, str) else event)

    async def events(self):
        try:
            while True:
                event = await self._events.get()
                if isinstance(event, Exception):
                    raise event
                yield event
        except asyncio.CancelledError:
            for event in self.held_back:
                self._on_rest(event)
            raise
        finally:
            self.closed = True


class ScriptedClient:
    """Stands in for the wire where the exact moment of an event matters.

    Attributes:
        streams: in the order in which they were begun.
        greeting: events that every stream begins with.
    """

    def __init__(self):
        self.streams = []
        self.greeting = [Start(200, "served/model")]

    def stream(self, request, *, on_rest=None):
        stream = Stream(request, on_rest)
        self.streams.append(stream)
        stream.say(*self.greeting)
        return stream.events()

    @property
    def last(self):
        return self.streams[-1]
