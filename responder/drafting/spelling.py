"""How words are spelled by people in a hurry: without the marks of their language."""

from collections.abc import Mapping

_PLAIN: Mapping[str, Mapping[int, int | str | None]] = {
    "de": {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"},
    "fr": {
        **str.maketrans("àâäçéèêëîïôöùûüÿ", "aaaceeeeiioouuuy"),
        ord("œ"): "oe",
        ord("æ"): "ae",
    },
    "es": str.maketrans("áéíóúüñàèç", "aeiouunaec"),
    "it": str.maketrans("àèéìíîòóùú", "aeeiiioouu"),
}


def plainly(text: str, language: str) -> str:
    """``text`` in lower case as it is typed without umlauts or accents, where we know how.

    Patterns and messages are both read this way, so that "Rückgabe" also finds "rueckgabe".
    """
    table = _PLAIN.get(language)
    return text if table is None or text.isascii() else text.translate(table)
