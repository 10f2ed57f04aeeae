"""How far a noun phrase reaches, guessed from the words that cannot stand inside one."""

from __future__ import annotations

import re

PREPOSITIONS = (
    "about|above|across|after|against|along|amid|among|around|as|at|before|behind|below|beside|between|beyond|by"
    "|close|despite|during|for|from|in|inside|into|near|of|off|on|onto|out|outside|over|past|per|since|through"
    "|to|towards?|under|until|upon|via|with|within|without"
)
_DETERMINERS = (
    "the|an?|its|his|her|their|our|my|your|this|these|those|several|some|many|most|all|both|one|two|three"
    "|four|five|six"
)
AUXILIARIES = (
    "is|are|was|were|am|has|have|had|does|do|did|will|would|shall|should|can|could|cannot|may|might|must"
    "|(?:is|are|was|were|has|have|had|does|do|did|would|should|could|ca|wo)n[’']t"
)
PRONOUNS = "he|she|they|it|we|I|who"
WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_OTHERS = (
    "and|or|but|nor|that|which|whom|whose|where|when|while|whereas|although|though|because|if|unless|than"
    "|according|not|never|no|also|just|then|now|again|yesterday|today|tonight|later|earlier|once|here|there"
    f"|last|next|him|them|us|me|be|been|being|{WEEKDAY}"
)
_NOUNS_IN_LY = "assembly|family|ally|reply|supply|monopoly|daily|weekly|monthly|quarterly"
CLOSES = rf"(?:{PREPOSITIONS}|{AUXILIARIES}|{PRONOUNS}|{_OTHERS})(?![\w’'-])"
"""A word that stands outside a noun phrase: its last word stands before."""
_INNER = rf"(?!(?:{_DETERMINERS})\b)(?!{CLOSES})[\w’'-]+"
_LATER_INNER = rf"(?!(?!(?:{_NOUNS_IN_LY})\b)[a-z]+ly\b){_INNER}"
_LOWER = rf"(?=[a-z]){_LATER_INNER}"
NAME = r"[A-Z][\w’'-]*(?:\.(?=\s[A-Z]))?(?:\s+[A-Z][\w’'-]*)*"
_HEAD = rf"(?i:{_DETERMINERS})\s+{_INNER}(?:\s+{_LATER_INNER}){{0,5}}"
_OF = rf"(?:\s+of\s+(?:(?:{_DETERMINERS})\s+)?{_INNER}(?:\s+{_LATER_INNER}){{0,4}}){{0,2}}"
PHRASE = rf"{_HEAD}{_OF}"
"""A noun phrase with its determiner; *of* and what it governs belong to it (*the head of the union*)."""
_BARE = rf"(?:{NAME}(?:\s+{_LOWER}){{1,3}}|{_LOWER}(?:\s+{_LOWER}){{0,3}}(?:\s+{NAME})?)"
_ENDS = rf"(?=\s*(?:[^\w\s’'-]|$)|\s+{CLOSES})"
FIRST = re.compile(rf"\s*((?:{PRONOUNS})\b|{PHRASE}|{_BARE}{_ENDS}|{NAME}|[\w’'-]+)(?=\W|$)")
"""A noun phrase that begins a stretch; one without determiner only where something closes it."""
LAST = re.compile(
    rf"(?<![\w’'-])(?:(?P<pronoun>{PRONOUNS})|(?P<noun>{PHRASE})|(?P<name>{NAME})|(?P<bare>{_INNER}s))$"
)
"""A noun phrase that ends a stretch; a bare one only if it is a plural."""
_SUBJECT = re.compile(rf"(?:{PRONOUNS}|{PHRASE}|{NAME}|(?:{_LOWER}\s+){{0,2}}{_LOWER}(?<=s))(?![\w’'-])")
_NO_SUBJECT = re.compile(r"\b(?:which|that|who|and|but|or|while|as|when|where)\b")
COMPLEMENT = re.compile(
    rf"(?:^|(?<=\s))(?i:{PREPOSITIONS})\s+(?:{PHRASE}|{NAME}|{_LOWER}(?:\s+{_LOWER})?|[A-Z]\w+day)$"
)
"""A preposition and what it governs, at the end of a stretch."""
_APPOSED = re.compile(rf"(?:^|\s)(?=[a-z]){_INNER}\s+({NAME})$")


def apposed_name(phrase: str) -> int | None:
    """Return where the name in *the daily X*, *the economist X* begins, which alone names (R17); else None.

    A phrase with a preposition before its name has none: *the ministry of X*.
    """
    match = _APPOSED.search(phrase)
    return match.start(1) if match else None


def is_subject(words: str) -> bool:
    """Say whether the words before a verb begin with a noun phrase, and no other clause joins it."""
    return bool(_SUBJECT.match(words)) and not _NO_SUBJECT.search(words)
