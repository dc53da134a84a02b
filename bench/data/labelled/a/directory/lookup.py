from dataclasses import dataclass

from flask import Blueprint, abort, current_app, jsonify, request
from ldap3 import SUBTREE, Connection

bp = Blueprint("directory", __name__)

ATTRIBUTES = ["cn", "mail", "departmentNumber", "telephoneNumber"]


@dataclass
class Colleague:
    name: str
    mail: str
    department: str


def _people_filter(terms: dict) -> str:
    parts = ["(%s=%s*)" % (attribute, value) for attribute, value in terms.items() if value]
    return "(&(objectClass=inetOrgPerson)" + "".join(parts) + ")"


def find_colleagues(connection: Connection, terms: dict) -> list:
    connection.search(
        search_base=current_app.config["LDAP_PEOPLE_DN"],
        search_filter=_people_filter(terms),
        search_scope=SUBTREE,
        attributes=ATTRIBUTES,
        size_limit=100,
    )
    return [
        Colleague(str(entry.cn), str(entry.mail), str(entry.departmentNumber))
        for entry in connection.entries
    ]


@bp.get("/colleagues")
def colleagues():
    terms = {"sn": request.args.get("surname"), "departmentNumber": request.args.get("dept")}
    if not any(terms.values()):
        abort(400)
    found = find_colleagues(current_app.extensions["ldap"], terms)
    return jsonify([person.__dict__ for person in found])
