"""How likely one word is another, mistyped. Which words to compare is `vocabulary`'s and `question.spelling`'s job."""

from __future__ import annotations


def may_be_misspelt(word: str, name: str, distance: int) -> bool:
    """Short names allow one edit and keep their first letter; two edits need eight letters."""
    swapped = len(word) > 1 and word[:2] == name[1::-1]
    if len(name) >= 5 and _sound(word) == _sound(name):
        return True
    if distance > (1 if len(name) < 8 else 2):
        return False
    if len(word) == 4 and edit_cost(word, name) > 1:
        return False
    if word[0] == name[0] or swapped:
        return len(name) >= 4
    return distance == 1 and len(name) >= 6 and word == name[1:]


def edit_cost(word: str, name: str) -> int:
    """How unlikely the slip is: 0 for a letter doubled or not, 1 for letters swapped, dropped or added, 2 for others."""
    if _undoubled(word) == _undoubled(name):
        return 0
    slipped = sorted(word) == sorted(name) or _is_within(word, name) or _is_within(name, word)
    return 1 if slipped else 2


def _is_within(short: str, long: str) -> bool:
    """Whether `short` is `long` with letters left out."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _sound(word: str) -> str:
    """`word` with letters that sound alike made the same: "grafql" and "graphql"."""
    for letters, sound in (
        ("ph", "f"),
        ("ck", "k"),
        ("qu", "k"),
        ("q", "k"),
        ("c", "k"),
        ("x", "ks"),
        ("z", "s"),
        ("y", "i"),
    ):
        word = word.replace(letters, sound)
    return _undoubled(word)


def _undoubled(word: str) -> str:
    return "".join(letter for place, letter in enumerate(word) if not place or letter != word[place - 1])
