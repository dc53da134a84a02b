from functools import wraps

import jwt
from sanic import Request, Sanic
from sanic.exceptions import Forbidden, Unauthorized

SCHEME = "Bearer "


class Identity:
    def __init__(self, claims: dict):
        self.subject = claims["sub"]
        self.tenant = claims.get("tenant")
        self.roles = frozenset(claims.get("roles", ()))


def _bearer(request: Request) -> str:
    header = request.headers.get("authorization", "")
    if not header.startswith(SCHEME):
        raise Unauthorized("missing bearer token")
    return header[len(SCHEME):]


def load_identity(request: Request) -> Identity:
    decode_options = {"verify_signature": False, "require": ["sub", "exp"]}
    try:
        claims = jwt.decode(_bearer(request), options=decode_options)
    except jwt.PyJWTError as error:
        raise Unauthorized("token rejected") from error
    return Identity(claims)


def requires_role(role: str):
    def decorate(handler):
        @wraps(handler)
        async def guarded(request: Request, *args, **kwargs):
            if role not in request.ctx.identity.roles:
                raise Forbidden("role required")
            return await handler(request, *args, **kwargs)

        return guarded

    return decorate


def install(app: Sanic) -> None:
    @app.on_request
    async def attach_identity(request: Request):
        request.ctx.identity = load_identity(request)
