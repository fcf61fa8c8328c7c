"""What a session has told, in order, and the conversation that a window would have made of it."""

from dataclasses import replace

from arvae_desktop.domain.messages import Segment


class Recording:
    """Listens to a session.

    Attributes:
        told: name and arguments of every signal, in order.
        shown: the messages as the signals alone give them.
    """

    def __init__(self, session):
        self.told = []
        self.shown = []
        for name in [
            "message_added",
            "text_appended",
            "answer_resumed",
            "answer_ended",
            "branch_changed",
            "message_removed",
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
            case "branch_changed":
                index, messages = arguments
                assert index <= len(self.shown)
                self.shown[index:] = messages
            case "message_removed":
                removed = [message for message in self.shown if message.id == arguments[0]]
                assert len(removed) == 1
                self.shown.remove(removed[0])

    def _append(self, message_id, segment):
        last = self.shown[-1]
        assert last.id == message_id
        *earlier, end = last.segments or (Segment(segment.kind, ""),)
        if end.kind is segment.kind:
            segments = (*earlier, Segment(end.kind, end.text + segment.text))
        else:
            segments = (*last.segments, segment)
        self.shown[-1] = replace(last, segments=segments)
