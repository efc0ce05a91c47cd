"""A vault and pigeonholes without a store; `tests/store/test_vaults.py` holds both kinds alike."""

from collections.abc import Collection, Mapping

from connectors.vault import OwnVault

__all__ = ["OwnPigeonholes", "OwnVault"]


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
