from datetime import datetime, timezone

from bson import ObjectId
from flask import Blueprint, current_app, jsonify, request
from pymongo import ReturnDocument

bp = Blueprint("invitations", __name__, url_prefix="/invitations")


def _collection():
    return current_app.extensions["mongo"].db.invitations


def _membership(invitation: dict) -> dict:
    return {
        "tenant": str(invitation["tenant_id"]),
        "role": invitation["role"],
        "invitedBy": str(invitation["created_by"]),
    }


@bp.post("/accept")
def accept_invitation():
    payload = request.get_json()
    invitation = _collection().find_one_and_update(
        {"token": payload["token"], "accepted_at": None},
        {"$set": {"accepted_at": datetime.now(timezone.utc)}},
        return_document=ReturnDocument.AFTER,
    )
    if invitation is None:
        return jsonify(error="invitation not found"), 404
    return jsonify(_membership(invitation))


@bp.delete("/<string:invitation_id>")
def revoke_invitation(invitation_id: str):
    if not ObjectId.is_valid(invitation_id):
        return jsonify(error="malformed id"), 400
    result = _collection().delete_one(
        {"_id": ObjectId(invitation_id), "tenant_id": request.environ["tenant_id"]}
    )
    return ("", 204) if result.deleted_count else ("", 404)
