from typing import Sequence

from aiohttp import web
from psycopg import AsyncConnection, sql

SORTABLE = {"booked": "booked_at", "amount": "amount_cents", "ref": "reference"}


def _entries_query(column: str, descending: bool) -> sql.Composed:
    return sql.SQL(
        "SELECT id, reference, amount_cents, booked_at FROM ledger_entries "
        "WHERE account_id = %s AND reference ILIKE %s ORDER BY {} {} LIMIT 200"
    ).format(sql.Identifier(column), sql.SQL("DESC") if descending else sql.SQL("ASC"))


async def search_entries(
    conn: AsyncConnection, account_id: int, needle: str, sort: str, descending: bool
) -> Sequence[tuple]:
    column = SORTABLE.get(sort, "booked_at")
    async with conn.cursor() as cursor:
        await cursor.execute(_entries_query(column, descending), (account_id, f"%{needle}%"))
        return await cursor.fetchall()


async def entries(request: web.Request) -> web.Response:
    needle = request.query.get("q", "")
    async with request.app["pool"].connection() as conn:
        rows = await search_entries(
            conn,
            request["account_id"],
            needle,
            request.query.get("sort", "booked"),
            request.query.get("dir") == "desc",
        )
    return web.json_response([{"id": r[0], "ref": r[1], "amount": r[2]} for r in rows])
