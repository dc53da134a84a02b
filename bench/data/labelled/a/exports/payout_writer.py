import csv
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass
class Payout:
    merchant_id: int
    currency: str
    amount: Decimal
    cancelled_by: str | None = None


def drop_cancelled(payouts: list[Payout]) -> list[Payout]:
    return [payout for payout in payouts if payout.cancelled_by is None]


def merge_small(payouts: list[Payout], minimum: Decimal) -> dict[tuple[int, str], Decimal]:
    totals: dict[tuple[int, str], Decimal] = {}
    for payout in payouts:
        key = (payout.merchant_id, payout.currency)
        totals[key] = totals.get(key, Decimal(0)) + payout.amount
    for key in list(totals):
        if totals[key] < minimum:
            del totals[key]
    return totals


def write_by_currency(folder: Path, payouts: list[Payout], minimum: Decimal) -> list[str]:
    totals = merge_small(drop_cancelled(payouts), minimum)
    writers = {}
    with ExitStack() as stack:
        for (merchant_id, currency), amount in sorted(totals.items()):
            if currency not in writers:
                handle = stack.enter_context(
                    (folder / f"payouts-{currency}.csv").open("w", newline="", encoding="utf-8")
                )
                writers[currency] = csv.writer(handle)
            writers[currency].writerow([merchant_id, f"{amount:.2f}"])
    return sorted(writers)
