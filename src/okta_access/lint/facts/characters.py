"""Characters of texts that are not what they seem: unseen ones, and letters of other scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# What Latin text is imitated with: letters of these scripts that a reader takes for Latin ones.
_IMITATED = frozenset(
    "авесԁекһіјӏмнорԛгѕтухуԝьАВЕЅІЈКМНОРԚСТУХԜҮЗαγικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧօհոցսՍՕԼ"
)
_SCRIPTS = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
_WORD = re.compile(r"[^\W\d_]+")
_JOINER = "\u200d"
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


@dataclass(frozen=True, slots=True)
class Strange:
    """One character of a text that is not what it seems: where it stands, from 0."""

    at: int
    character: str

    @property
    def name(self) -> str:
        """The code point with its name: ``U+202E RIGHT-TO-LEFT OVERRIDE``."""
        known = unicodedata.name(self.character, "") or _CONTROLS.get(self.character, "a control")
        return f"U+{ord(self.character):04X} {known}"


_CONTROLS = {"\x00": "NULL", "\x07": "BELL", "\x08": "BACKSPACE", "\x1b": "ESCAPE"}


def unseen(text: str) -> Iterator[Strange]:
    r"""Characters that show nothing, or change how what follows is shown.

    Line breaks and tabs are none; nor is what joins two pictographs into one.

    >>> [one.name for one in unseen("a\u200bb\u202ec\n")]
    ['U+200B ZERO WIDTH SPACE', 'U+202E RIGHT-TO-LEFT OVERRIDE']
    """
    if text.isascii() and text.isprintable():
        return
    strange = {one for one in {*text} - {*"\n\r\t "} if unicodedata.category(one) in _UNSEEN}
    for at, character in enumerate(text) if strange else ():
        if character in strange and not (character == _JOINER and _between_pictures(text, at)):
            yield Strange(at, character)


def look_alikes(text: str) -> Iterator[Strange]:
    """Letters that stand for Latin ones: of another script in a Latin word, or in other forms.

    A whole word of look-alikes counts where the text has no plain word of that script.

    >>> [one.name for one in look_alikes("аctor")]
    ['U+0430 CYRILLIC SMALL LETTER A']
    >>> [*look_alikes("Доступ к заявке")]
    []
    """
    if text.isascii():
        return
    words = [*_WORD.finditer(text)]
    foreign = any(_script(c) in _SCRIPTS and c not in _IMITATED for w in words for c in w[0])
    for word in words:
        scripts = {_script(character) for character in word[0]}
        mixed = "LATIN" in scripts and scripts & _SCRIPTS
        imitation = not foreign and all(character in _IMITATED for character in word[0])
        for at, character in enumerate(word[0], start=word.start()):
            other = _script(character) in _SCRIPTS and (mixed or imitation)
            if other or _is_styled(character):
                yield Strange(at, character)


def _between_pictures(text: str, at: int) -> bool:
    around = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    return all(one and unicodedata.category(one) in ("So", "Mn", "Sk") for one in around)


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """The first word of the letter's name, which is its script where it is a plain letter."""
    return unicodedata.name(character, "").split(" ")[0]


@lru_cache(maxsize=4096)
def _is_styled(character: str) -> bool:
    """Whether it is a Latin letter in another form: fullwidth, mathematical, circled."""
    if character.isascii():
        return False
    plain = unicodedata.normalize("NFKC", character)
    return len(plain) == 1 and plain.isascii() and plain.isalpha() and character not in "ªº"
