import logging
from decimal import Decimal

import requests

from pricing.models import Quote

logger = logging.getLogger(__name__)

FEED_URL = "https://feeds.pricewatch.internal/v2/quotes"


class CompetitorFeed:
    def __init__(self, session: requests.Session, token: str):
        self.session = session
        self.token = token

    async def fetch_region(self, region: str) -> list[dict]:
        response = self.session.get(
            FEED_URL,
            params={"region": region},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=10,
        )
        response.raise_for_status()
        return response.json()["quotes"]

    async def refresh(self, regions: list[str]) -> list[Quote]:
        quotes: list[Quote] = []
        known: list[str] = []
        for region in regions:
            for raw in await self.fetch_region(region):
                key = f"{raw['seller']}:{raw['sku']}"
                if key in known:
                    continue
                known.append(key)
                quotes.append(Quote(sku=raw["sku"], seller=raw["seller"], price=Decimal(raw["price"])))
        logger.info("collected %d quotes from %d regions", len(quotes), len(regions))
        return quotes
