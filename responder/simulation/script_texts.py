"""The texts of the store's scripts, as they lie in its folder."""

from importlib.resources import files


def read_scripts() -> dict[str, str]:
    """Every script by its name."""
    folder = files("responder.store") / "lua"
    return {
        entry.name.removesuffix(".lua"): entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".lua")
    }
