from flask import Blueprint, current_app, jsonify
from ldap3 import LEVEL, Connection
from ldap3.utils.conv import escape_filter_chars

bp = Blueprint("groups", __name__)


class GroupDirectory:
    def __init__(self, connection: Connection, base_dn: str):
        self.connection = connection
        self.base_dn = base_dn

    def groups_of(self, login: str) -> list[str]:
        uid = escape_filter_chars(login)
        self.connection.search(
            search_base=self.base_dn,
            search_filter=f"(&(objectClass=posixGroup)(memberUid={uid}))",
            search_scope=LEVEL,
            attributes=["cn"],
        )
        return sorted(str(entry.cn) for entry in self.connection.entries)


def _directory() -> GroupDirectory:
    return GroupDirectory(
        current_app.extensions["ldap"], current_app.config["LDAP_GROUPS_DN"]
    )


@bp.get("/members/<login>/groups")
def member_groups(login: str):
    groups = _directory().groups_of(login)
    if not groups:
        return jsonify(error="no such member"), 404
    return jsonify(login=login, groups=groups)
