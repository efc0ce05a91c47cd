"""A vault and pigeonholes without a store; `tests/store/test_vaults.py` holds both kinds alike."""

from collections.abc import Collection, Mapping


class OwnVault:
    """Keeps in memory what one process has renewed."""

    def __init__(self) -> None:
        self.text = ""
        self._holder = ""
        self._begun = 0

    async def read(self) -> str:
        return self.text

    async def begin(self) -> str:
        if self._holder:
            return ""
        self._begun += 1
        self._holder = str(self._begun)
        return self._holder

    async def keep(self, text: str, token: str) -> bool | None:
        if token != self._holder:
            return False
        self.text, self._holder = text, ""
        return True

    async def give_up(self, token: str) -> None:
        if token == self._holder:
            self._holder = ""


class OwnPigeonholes:
    """Forgets nothing by itself."""

    def __init__(self) -> None:
        self._holes: dict[str, dict[str, str]] = {}

    async def leave(self, hole: str, letters: Mapping[str, str]) -> None:
        self._holes.setdefault(hole, {}).update(letters)

    async def look(self, hole: str) -> Mapping[str, str]:
        return dict(self._holes.get(hole, {}))

    async def take_out(self, hole: str, ids: Collection[str]) -> None:
        for one in ids:
            self._holes.get(hole, {}).pop(one, None)
