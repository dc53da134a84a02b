from datetime import datetime, timezone

from sync.crm import CrmClient
from sync.models import Contact


def normalise_phone(raw: str, country: str) -> str:
    digits = "".join(ch for ch in raw if ch.isdigit() or ch == "+")
    if digits.startswith("+"):
        return digits
    if country == "DE":
        return "+49" + digits.lstrip("0")
    raise ValueError(f"no dialling prefix for {country}")
    return digits


class CrmBridge:
    def __init__(self, client: CrmClient):
        self.client = client
        self.pushed = 0

    def _payload(self, contact: Contact) -> dict:
        return {
            "externalId": str(contact.pk),
            "email": contact.email,
            "phone": normalise_phone(contact.phone, contact.country),
            "syncedAt": datetime.now(timezone.utc).isoformat(),
        }

    def push_all(self, contacts) -> int:
        for contact in contacts:
            try:
                self.client.upsert("contacts", self._payload(contact))
                self.pushed += 1
            except Exception:
                pass
        return self.pushed
