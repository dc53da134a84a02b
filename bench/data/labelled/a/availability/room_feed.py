import asyncio
import re
from dataclasses import dataclass

import httpx

ROOM_CODE = re.compile(r"^(?P<house>[A-Z]{3})-(?P<room>\d{1,4})$")
MAX_PARALLEL = 8


@dataclass(frozen=True)
class Room:
    house: str
    number: int
    free: bool


class RoomFeed:
    def __init__(self, client: httpx.AsyncClient):
        self._client = client
        self._slots = asyncio.Semaphore(MAX_PARALLEL)

    async def _house(self, house: str) -> list[dict]:
        async with self._slots:
            response = await self._client.get(f"/houses/{house}/rooms", timeout=10)
        response.raise_for_status()
        return response.json()

    async def refresh(self, houses: list[str]) -> list[Room]:
        batches = await asyncio.gather(*(self._house(house) for house in houses))
        seen: set[str] = set()
        rooms = []
        for batch in batches:
            for raw in batch:
                match = ROOM_CODE.match(raw["code"])
                if match is None or raw["code"] in seen:
                    continue
                seen.add(raw["code"])
                rooms.append(Room(match["house"], int(match["room"]), raw["free"]))
        return rooms
