import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass
class Settlement:
    merchant_id: int
    currency: str
    amount: Decimal
    status: str


def drop_void(settlements: list[Settlement]) -> list[Settlement]:
    for settlement in settlements:
        if settlement.status == "void":
            settlements.remove(settlement)
    return settlements


def checksum_line(settlements: list[Settlement]) -> list[str]:
    total = sum((s.amount for s in settlements), Decimal(0))
    return ["TOTAL", str(len(settlements)), f"{total:.2f}"]


def write_settlements(target: Path, settlements: list[Settlement]) -> int:
    rows = drop_void(settlements)
    handle = target.open("w", newline="", encoding="utf-8")
    writer = csv.writer(handle, delimiter=";")
    writer.writerow(["merchant", "currency", "amount"])
    for row in rows:
        writer.writerow([row.merchant_id, row.currency, f"{row.amount:.2f}"])
    writer.writerow(checksum_line(rows))
    return len(rows)
