"""Text as search sees it: without case, accents and punctuation.

A *unit* is a word, or a single character of a script that is written without spaces between words (Chinese,
Japanese, Thai and others), or a pictograph. Units say what matches what; `index_text` says what the index is
told.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

_NOT_ASCII_WORD = re.compile("[^0-9a-z]+")
# Han, kana, bopomofo, Thai, Lao, Tibetan, Myanmar, Khmer and more of their kin.
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u2fdf\u3005-\u3007"
    "\u3021-\u3029\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff"
    "\uaa60-\uaa7f\uf900-\ufaff\U00016fe0-\U00018d8f\U0001aff0-\U0001b16f\U00020000-\U000323af"
)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}](?: [{_UNSPACED}])+")
# Letters that mean an accented one but don't decompose.
_ALIKE = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
}
# Canonical combining classes of accents and of the vowel points of Hebrew and Arabic; what else combines is
# part of how a word is spelt.
_ACCENTS = {*range(10, 37), *range(200, 241)}
_HANGUL = range(0xAC00, 0xD7A4)
_PICTOGRAPHS = {"So", "Sk"}
_INVISIBLE = {"Cf", "Me"}


class _Folds(dict[int, str]):
    """What stands for each character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = fold = _fold(chr(code))
        return fold


def _fold(character: str) -> str:
    if _IS_UNSPACED.match(character):
        # Marks stay: they tell か from が.
        return f" {character} " if unicodedata.category(character)[0] in "LMN" else " "
    if ord(character) in _HANGUL:
        return character
    spelt = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(map(_fold_part, spelt))


def _fold_part(part: str) -> str:
    category = unicodedata.category(part)
    if unicodedata.combining(part) in _ACCENTS or category in _INVISIBLE or "\ufe00" <= part <= "\ufe0f":
        return ""
    if category[0] in "LMN":
        return _ALIKE.get(part, part)
    return f" {part} " if category in _PICTOGRAPHS and part > "\u2000" else " "


_FOLDS = _Folds()


def units(text: str) -> str:
    """The units of a text, each followed by a space and the first one after one."""
    if text.isascii():
        return f" {_NOT_ASCII_WORD.sub(' ', text.lower()).strip()} "
    return f" {' '.join(unicodedata.normalize('NFKC', text).translate(_FOLDS).split())} "


def with_spaces(text: str) -> str:
    """A text in NFKC with units as they are in `units`, and spaces for everything else."""
    return text.translate(_FOLDS)


def index_text(text: str) -> str:
    """What the index's tokenizer is given for a text: it splits at ASCII punctuation, and folds ASCII case.

    Unspaced characters that stand next to each other become pairs, and the last one of a run stands alone: so
    every such character begins one token.
    """
    if text.isascii():
        return text
    return _UNSPACED_RUN.sub(lambda run: _pairs(run[0].split(" ")) + " " + run[0][-1], units(text))


def index_tokens(found: tuple[str, ...]) -> tuple[str, ...]:
    """The tokens that a text must have so that these units can stand in it, one after the other."""
    tokens: list[str] = []
    for index, unit in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else ""
        if not is_unspaced(unit):
            tokens.append(unit)
        elif following and is_unspaced(following):
            tokens.append(unit + following)
        elif index == 0 or not is_unspaced(found[index - 1]):
            tokens.append(unit)
    return tuple(tokens)


def is_unspaced(unit: str) -> bool:
    """Whether a unit is a character of a script without spaces."""
    return _IS_UNSPACED.match(unit) is not None


def _pairs(characters: list[str]) -> str:
    return " ".join(first + second for first, second in itertools.pairwise(characters))
