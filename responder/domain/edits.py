"""How far a person changed a text."""

LIGHTLY = 0.3  # of the longer text: what is changed less still says the same


def distance(old: str, new: str) -> int:
    """Levenshtein's distance in characters, by Myers' bit vectors: one whole number a row."""
    if len(old) > len(new):
        old, new = new, old
    if not old:
        return len(new)
    places: dict[str, int] = {}
    for place, character in enumerate(old):
        places[character] = places.get(character, 0) | 1 << place
    everything = (1 << len(old)) - 1
    last = 1 << (len(old) - 1)
    more, less, count = everything, 0, len(old)
    for character in new:
        match = places.get(character, 0)
        same = (((match & more) + more) ^ more) | match | less
        rise = less | (~(same | more) & everything)
        fall = more & same
        count += bool(rise & last) - bool(fall & last)
        rise = (rise << 1 | 1) & everything
        fall = (fall << 1) & everything
        down = match | less
        less = rise & down
        more = fall | (~(rise | down) & everything)
    return count


def share(old: str, new: str) -> float:
    """``distance`` as a share of the longer text, 0 to 1; white space at the ends is free."""
    old, new = old.strip(), new.strip()
    longest = max(len(old), len(new))
    return distance(old, new) / longest if longest else 0.0
