"""Twenty thousand tokens of prose about nothing much, the same at every call."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TOKENS = 20_000
_SHORTEST_SENTENCE_TOKENS = 12

_PLACES = (
    "harbour", "orchard", "old library", "railway bridge", "market square", "lighthouse", "upper meadow",
    "bakery", "botanical garden", "river bank", "night train", "attic", "observatory", "ferry", "north tower",
)  # fmt: skip
_PEOPLE = (
    "the clockmaker", "a tired violinist", "the ferryman", "our neighbour", "the youngest sister",
    "a postman", "the night nurse", "an old surveyor", "the gardener", "a student of law", "the baker",
    "a retired captain",
)  # fmt: skip
_THINGS = (
    "a brass compass", "the second letter", "a basket of pears", "the broken radio", "a map without names",
    "the blue umbrella", "an unfinished song", "the spare key", "a jar of honey", "the wrong parcel",
    "a photograph of the bay", "the visitors' book",
)  # fmt: skip
_DID = (
    "carried", "looked for", "had forgotten", "described", "wrapped up", "repaired", "gave away", "kept",
    "could not explain", "sketched", "returned", "asked about",
)  # fmt: skip
_WEATHER = (
    "rain", "thin snow", "a warm wind", "morning fog", "clear frost", "low sunlight", "distant thunder",
    "the smell of hay", "silence", "the sound of bells",
)  # fmt: skip
_TIMES = (
    "in the first week of March", "before sunrise", "every other Thursday", "long after midnight",
    "towards the end of summer", "on the shortest day", "that same afternoon", "some years later", "at noon",
)  # fmt: skip
_FEELINGS = (
    "quiet", "curious", "relieved", "stubborn", "cheerful", "uncertain", "patient", "homesick", "amused",
)  # fmt: skip
_SENTENCES = (
    "{Time}, {person} {did} {thing} near the {place}.",
    "Nobody at the {place} knew why {person} {did} {thing}, and nobody asked.",
    "There was {weather} over the {place}, and {person} felt {feeling}.",
    "{Person} {did} {thing}; {person2} only smiled and walked on towards the {place}.",
    "It is said that {weather} comes to the {place} when {person} is {feeling}.",
    "On the path between the {place} and the {place2}, {person} {did} {thing} {time}.",
    "{Time}, with {weather} at the windows, {person} {did} {thing} once more.",
    "What {person} {did} was not {thing} at all but something found at the {place}.",
    "“You will want {thing},” said {person}, and sounded {feeling}.",
    "By then the {place} had closed, and {weather} was all that {person} could remember of it.",
    "{Person} had been {feeling} ever since {person2} {did} {thing} {time}.",
    "If there is a lesson in this, {person} never found it, not even at the {place}.",
)


class _Dice:
    """A small generator whose numbers are the same in every version of Python."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, bound: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % bound

    def choice(self, options: Sequence[str]) -> str:
        return options[self.below(len(options))]


def _sentence(dice: _Dice, template: str) -> str:
    person, time = dice.choice(_PEOPLE), dice.choice(_TIMES)
    return template.format(
        person=person,
        Person=person[0].upper() + person[1:],
        person2=dice.choice([other for other in _PEOPLE if other != person]),
        place=dice.choice(_PLACES[:8]),
        place2=dice.choice(_PLACES[8:]),
        thing=dice.choice(_THINGS),
        did=dice.choice(_DID),
        weather=dice.choice(_WEATHER),
        feeling=dice.choice(_FEELINGS),
        time=time,
        Time=time[0].upper() + time[1:],
    )


def tokens(cut: Callable[[str], Iterator[str]], seed: int = 1) -> Iterator[str]:
    """Exactly TOKENS tokens in paragraphs of 60 to 120 words, the last maybe fewer; `cut` cuts a text."""
    dice = _Dice(seed)
    left = TOKENS
    template = ""
    lead = ""
    words_left = 60 + dice.below(40)
    while left:
        template = dice.choice([other for other in _SENTENCES if other != template])
        sentence = lead + _sentence(dice, template)
        pieces = list(cut(sentence))
        # The last sentence is one that happens to fill the rest; none may leave too little for it.
        if len(pieces) != left and len(pieces) > left - _SHORTEST_SENTENCE_TOKENS:
            continue
        yield from pieces
        left -= len(pieces)
        words_left -= len(sentence.split())
        lead = " "
        if words_left <= 0:
            lead = "\n\n"
            words_left = 60 + dice.below(40)
