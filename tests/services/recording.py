"""What a session has told, in order, and the conversation that a window would have made of it."""

from dataclasses import replace

from arvae_desktop.domain.messages import Segment


class Recording:
    """Listens to a session.

    Attributes:
        told: name and arguments of every signal, in order.
        shown: the messages as the signals alone give them.
        quieter: the ids of those that are superseded, as the signals alone give them.
    """

    def __init__(self, session):
        self.told = []
        self.shown = []
        self.quieter = set()
        self._session = session
        for name in [
            "message_added",
            "text_appended",
            "answer_resumed",
            "answer_ended",
            "messages_removed",
            "message_removed",
            "message_restored",
            "superseded_changed",
            "edited_changed",
            "running_changed",
            "countdown_changed",
            "quiet_changed",
            "title_changed",
        ]:
            getattr(session, name).connect(lambda *arguments, name=name: self._hear(name, arguments))

    def of(self, name):
        """The arguments of one signal's emissions."""
        return [
            arguments[0] if len(arguments) == 1 else arguments
            for told, arguments in self.told
            if told == name
        ]

    @property
    def names(self):
        return [name for name, _arguments in self.told]

    def _hear(self, name, arguments):
        self.told.append((name, arguments))
        match name:
            case "message_added":
                self.shown.append(arguments[0])
            case "text_appended":
                self._append(*arguments)
            case "answer_ended":
                # Text is told by `text_appended` alone; the end brings the state.
                kept = self.shown[-1].segments
                self.shown[-1] = replace(arguments[0], segments=kept)
            case "answer_resumed":
                assert self.shown[-1] == replace(
                    arguments[0], state=self.shown[-1].state, facts=self.shown[-1].facts
                )
                self.shown[-1] = arguments[0]
            case "messages_removed":
                index = [message.id for message in self.shown].index(arguments[0])
                self._forget(self.shown[index:])
                del self.shown[index:]
            case "message_removed":
                removed = [message for message in self.shown if message.id == arguments[0]]
                assert len(removed) == 1
                self._forget(removed)
                self.shown.remove(removed[0])
            case "message_restored":
                message, index = arguments
                self.shown.insert(index, message)
                if self._session.is_superseded(message.id):
                    self.quieter.add(message.id)
            case "superseded_changed":
                assert arguments[0] <= {message.id for message in self.shown}
                self.quieter ^= arguments[0]

    def _forget(self, messages):
        self.quieter -= {message.id for message in messages}

    def _append(self, message_id, segment):
        last = self.shown[-1]
        assert last.id == message_id
        *earlier, end = last.segments or (Segment(segment.kind, ""),)
        if end.kind is segment.kind:
            segments = (*earlier, Segment(end.kind, end.text + segment.text))
        else:
            segments = (*last.segments, segment)
        self.shown[-1] = replace(last, segments=segments)
