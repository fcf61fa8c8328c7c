"""What is known of a server beside its address: which program it is, and what it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arvae_desktop.domain.requests import ChatRequest

_USAGE_NAMES = ("stream_options", "include_usage")
_REFUSING_STATUSES = (400, 422)


class Profile(Enum):
    """Servers that are known to write on in an assistant's message, and how they are asked to."""

    UNKNOWN = "unknown"
    LLAMA_CPP = "llama.cpp"  # it does whenever the last message is the assistant's
    VLLM = "vLLM"  # it does with continue_final_message

    @classmethod
    def named(cls, name: object) -> Profile:
        """By what stands in the ``Server`` header, or under ``owned_by`` in a list of models."""
        known = {"llama.cpp": cls.LLAMA_CPP, "llamacpp": cls.LLAMA_CPP, "vllm": cls.VLLM}
        return known.get(name, cls.UNKNOWN) if isinstance(name, str) else cls.UNKNOWN


@dataclass(slots=True)
class ServerHabits:
    """What is known of one server.

    Attributes:
        profile: which program it is.
        takes_usage: whether it may be asked to count tokens; False once it refused.
        takes_prefix: whether it may be asked to write on in a message; False once it refused.
    """

    profile: Profile = Profile.UNKNOWN
    takes_usage: bool = True
    takes_prefix: bool = True

    def learn(self, profile: Profile) -> None:
        """Note which program the server is, if that can be told."""
        if profile is not Profile.UNKNOWN:
            self.profile = profile

    def continues_exactly(self, request: ChatRequest) -> bool:
        """Whether the server will write on in the unfinished message, so that no letter comes twice."""
        return request.unfinished is not None and self.takes_prefix and self.profile is not Profile.UNKNOWN

    def drop_refused(self, request: ChatRequest, status: int, body: str) -> bool:
        """Drop what we added and this answer refuses. Returns whether there was such a thing."""
        if status not in _REFUSING_STATUSES:
            return False
        if self.takes_usage and any(name in body for name in _USAGE_NAMES):
            self.takes_usage = False
        elif self.continues_exactly(request):
            # Their words for it differ; whatever it was, asking in plain words needs no permission.
            self.takes_prefix = False
        else:
            return False
        return True
