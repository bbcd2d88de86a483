"""One way to write a set of words: a line of text, so that vocabularies stay readable."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


def numbered(text: str) -> dict[str, int]:
    """Return the words of a text with their positions, counted from 0."""
    return {word: number for number, word in enumerate(text.split())}
