from aiohttp import web

routes = web.RouteTableDef()

PAGE_SIZE = 50


def _listing_query(ordering: str) -> str:
    return (
        "SELECT id, title, price_cents, stock "
        "FROM products "
        "WHERE tenant_id = $1 AND archived_at IS NULL "
        "ORDER BY " + ordering + " LIMIT $2 OFFSET $3"
    )


def _serialise(row) -> dict:
    return {
        "id": str(row["id"]),
        "title": row["title"],
        "price": row["price_cents"] / 100,
        "inStock": row["stock"] > 0,
    }


@routes.get("/products")
async def list_products(request: web.Request) -> web.Response:
    try:
        page = max(int(request.query.get("page", "1")), 1)
    except ValueError:
        raise web.HTTPBadRequest(text="page must be a number") from None

    ordering = request.query.get("sort", "title ASC")
    statement = _listing_query(ordering)

    async with request.app["pool"].acquire() as conn:
        rows = await conn.fetch(statement, request["tenant_id"], PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return web.json_response({"items": [_serialise(row) for row in rows], "page": page})
