from datetime import datetime, timezone

from flask import Blueprint, current_app, g, jsonify, request
from pydantic import BaseModel, StrictStr, ValidationError, constr
from pymongo import ReturnDocument

bp = Blueprint("vouchers", __name__, url_prefix="/vouchers")


class Redemption(BaseModel):
    code: constr(strict=True, pattern=r"^[A-Z0-9]{10}$")
    order_id: StrictStr


def _vouchers():
    return current_app.extensions["mongo"].db.vouchers


@bp.post("/redeem")
def redeem():
    try:
        redemption = Redemption.model_validate(request.get_json())
    except ValidationError as error:
        return jsonify(errors=error.errors(include_url=False, include_context=False)), 422

    voucher = _vouchers().find_one_and_update(
        {"code": redemption.code, "tenant_id": g.tenant_id, "redeemed_at": None},
        {
            "$set": {
                "redeemed_at": datetime.now(timezone.utc),
                "order_id": redemption.order_id,
            }
        },
        return_document=ReturnDocument.AFTER,
    )
    if voucher is None:
        return jsonify(error="voucher unknown or already used"), 409
    return jsonify(code=voucher["code"], discount=voucher["discount_cents"])
