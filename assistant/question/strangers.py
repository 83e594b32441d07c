"""People and companies recognised by how a question speaks of them: part of an author's name, or a name nobody knows."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from assistant.question.names import FoundName
from assistant.question.patterns import lazy
from assistant.question.sentence import AUXILIARIES, FUNCTION_WORDS, Sentence
from assistant.question.spelling import SpellingDictionary
from assistant.vocabulary import Name, Vocabulary
from assistant.words import fold, word_set

_BY = lazy(r"\bby $")
_WRITTEN_BY = lazy(
    r"\b(?:articles?|posts?|blog ?posts?|write-?ups?|stor(?:y|ies)|pieces?|written|authored|posted|published"
    r"|anything|something|everything|stuff|more|else|work|content|writings?) (?:written |authored |published )?by $"
)
_OWN = lazy(r"^ (?:\w+ ){0,2}(?:articles?|posts?|blog ?posts?|write-?ups?|stor(?:y|ies)|pieces?|writings?|work)\b")
_WRITES = lazy(
    r"^ (?:ever |also |else )?(?:written|wrote|write|writes|published|publish|publishes|said|say|says|posted"
    r"|blogged|authored)\b"
)
_ASKED = lazy(r"\b(?:has|did|does|have|had) $")
_COMPANY_PUBLISHES = lazy(
    r"^ (?:ever |engineers |engineering |also )?(?:written|write|writes|wrote|published|publish|publishes|said|say"
    r"|says|posted|blogged|blog|share|shared|talk|talked)\b"
)
_COMPANY_DOES = lazy(
    r"^ (?:engineers |engineering )?(?:use|uses|used|do|run|runs|build|builds|built|deploy|deploys|test|tests|ship"
    r"|ships|adopt|adopted|host|migrate|migrated|shard|sharded|moved?|scale|scales|scaled|handle|handles|store"
    r"|stores|cache|caches)\b"
)
_COMPANY_OWNS = lazy(
    r"^ (?:\w+ )?(?:blog|blogs|engineering|engineers|tech blog|team|teams|articles?|posts?|platform|infrastructure"
    r"|infra|stack|outages?|incidents?|architecture|backend|mobile app|write-?ups?)\b"
)
_ENDS = lazy(
    r"^ ?(?:$|[?.!,;:)]| (?:and|or|in|on|since|before|after|from|about|with|engineering|engineers|please|for|to|vs"
    r"|versus|do|does|did|has|have|is|was|articles?|posts?)\b)"
)
_OCCASIONS = word_set(
    "kubecon qcon srecon fosdem reinvent pycon gophercon strangeloop usenix devoxx neurips oopsla sigmod"
)
_RARE = 3000
_PREPOSITION = lazy(r"\b(?:at|from) $|(?<!\w)@$")


def find(
    sentence: Sentence, vocabulary: Vocabulary, spelling: SpellingDictionary | None, found: list[FoundName]
) -> list[FoundName]:
    """`found` with the authors and companies that only the wording gives away, in order."""
    taken = {place for item in found for place in range(item.start, item.end)}
    added: list[FoundName] = []
    place = 0
    while place < len(sentence):
        items: list[FoundName] = []
        if place not in taken:
            items = (
                _misspelt_author(sentence, vocabulary, taken, place)
                or _part_of_author(sentence, vocabulary, taken, place)
                or _unknown_author(sentence, vocabulary, taken, place)
                or _unknown_company(sentence, vocabulary, spelling, place)
            )
        for item in items:
            added.append(item)
            taken.update(range(item.start, item.end))
        place = items[-1].end if items else place + 1
    return sorted([*found, *added], key=lambda item: item.start) if added else found


def _author(person: str, start: int, end: int, *, held: bool = True) -> FoundName:
    return FoundName(Name("authors", person, (fold(person),), held=held), start, end)


def _misspelt_author(sentence: Sentence, vocabulary: Vocabulary, taken: set[int], place: int) -> list[FoundName]:
    """First and last name, one of them a little wrong."""
    if place + 1 >= len(sentence) or place + 1 in taken or not sentence.next_word(place + 1):
        return []
    first, last = sentence.tokens[place].plain, sentence.tokens[place + 1].plain
    for right, wrong in ((first, last), (last, first)):
        if len(wrong) < 4 or wrong in vocabulary.english:
            continue
        for person in vocabulary.people(right):
            if _is_near_name(wrong, person, right):
                return [_author(person, place, place + 2)]
    return []


def _is_near_name(wrong: str, person: str, right: str) -> bool:
    """Whether `wrong` is a misspelling of a name of `person` other than `right`."""
    others = [word for word in fold(person).replace("-", " ").split() if word != right]
    return any(len(other) >= 4 and OSA.distance(wrong, other) <= (1 if len(other) < 7 else 2) for other in others)


def _speaks_of_author(sentence: Sentence, start: int, end: int) -> bool:
    before, after = sentence.before(start), sentence.after(end - 1)
    if sentence.tokens[end - 1].possessive:
        return bool(_OWN.match(after))
    return bool(_WRITTEN_BY.search(before) or (_WRITES.match(after) and (_ASKED.search(before) or start == 0)))


def _part_of_author(sentence: Sentence, vocabulary: Vocabulary, taken: set[int], place: int) -> list[FoundName]:
    """A first or last name alone, where the question speaks of an author; several authors may share it."""
    word = sentence.tokens[place].plain
    people = vocabulary.people(word)
    if not people or len(word) < 3 or len(people) > 5 or word in FUNCTION_WORDS:
        return []
    capital_by = sentence.is_capital(place) and _BY.search(sentence.before(place))
    if not capital_by and not _speaks_of_author(sentence, place, place + 1):
        return []
    following = sentence.next_word(place + 1)
    if (
        following
        and place + 1 not in taken
        and (sentence.is_capital(place + 1) or following not in vocabulary.english)
        and not sentence.tokens[place].possessive
    ):
        return []
    return [_author(person, place, place + 1) for person in people]


def _unknown_author(sentence: Sentence, vocabulary: Vocabulary, taken: set[int], place: int) -> list[FoundName]:
    """A first and a last name that no author has."""
    end = place + 2
    if end > len(sentence) or place + 1 in taken or not sentence.next_word(place + 1):
        return []
    words = sentence.tokens[place:end]
    if (
        any((token.plain in FUNCTION_WORDS and token.typed.islower()) or not token.plain.isalpha() for token in words)
        or words[0].possessive
    ):
        return []
    capitals = sentence.is_capital(place) and sentence.is_capital(place + 1)
    if capitals:
        spoken = _BY.search(sentence.before(place)) or _speaks_of_author(sentence, place, end)
    else:
        spoken = words[0].plain in vocabulary.first_names and _speaks_of_author(sentence, place, end)
    if not spoken:
        return []
    while (
        end < len(sentence) and end not in taken and capitals and sentence.is_capital(end) and sentence.next_word(end)
    ):
        end += 1
    name = " ".join(token.typed for token in sentence.tokens[place:end])
    return [_author(re.sub(r"['’]s?$", "", name), place, end, held=False)]


def _unknown_company(
    sentence: Sentence, vocabulary: Vocabulary, spelling: SpellingDictionary | None, place: int
) -> list[FoundName]:
    """A word nobody knows, or a capitalised one, where only a company can stand: "at Foobarify", "Foobarify's blog"."""
    token = sentence.tokens[place]
    word = token.plain
    if (
        len(word) < 3
        or not word[0].isalpha()
        or word in FUNCTION_WORDS
        or token.joined
        or (len(word) < 7 and not token.typed.islower() and sum(letter.isupper() for letter in token.typed) > 1)
    ):
        return []
    strange = not (
        vocabulary.knows(word)
        or (spelling is not None and spelling.knows(word))
        or vocabulary.english.is_compound(word)
    )
    capital = sentence.is_capital(place)
    if word in _OCCASIONS or not (
        strange or (capital and vocabulary.english.rank(word) >= _RARE and not vocabulary.names(word))
    ):
        return []
    if place + 1 < len(sentence) and sentence.tokens[place + 1].joined:
        return []
    if _stands_for_company(sentence, place, strange):
        near = [name for name in vocabulary.companies if strange and OSA.distance(word, fold(name)) == 1]
        if len(near) == 1:  # too short a word to be put right wherever it stands: "how does ubr ..."
            return [FoundName(Name("companies", near[0], (fold(near[0]),)), place, place + 1)]
        typed = re.sub(r"['’]s?$", "", token.typed)
        value = typed.capitalize() if typed.islower() else typed
        return [FoundName(Name("companies", value, (word,), held=False), place, place + 1)]
    return []


def _stands_for_company(sentence: Sentence, place: int, strange: bool) -> bool:
    before, after = sentence.before(place), sentence.after(place)
    if _PREPOSITION.search(before):
        moved = before.endswith("from ") and re.match(r"^ (?:to|into|onto)\b", after)
        return not moved and bool(_ENDS.match(after)) and (strange or before.endswith("at "))
    if sentence.tokens[place].possessive:
        return strange and bool(_COMPANY_OWNS.match(after))
    if sentence.word(place - 1) in AUXILIARIES and place >= 1:
        return bool(_COMPANY_PUBLISHES.match(after) or (strange and _COMPANY_DOES.match(after)))
    return place == 0 and strange and bool(re.match(r"^ (?:engineering blog|engineering|tech blog|blog)\b", after))
