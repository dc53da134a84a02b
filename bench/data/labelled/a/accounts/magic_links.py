import hashlib
import hmac
import secrets
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.core.cache import cache
from django.http import HttpResponseForbidden
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from accounts.models import Account

LIFETIME_SECONDS = 15 * 60


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def create_magic_link(account: Account) -> str:
    token = secrets.token_urlsafe(32)
    cache.set(f"magic:{account.pk}", _digest(token), timeout=LIFETIME_SECONDS)
    query = urlencode({"account": account.pk, "token": token})
    return f"{settings.PUBLIC_URL}/login/magic?{query}"


def token_matches(account: Account, presented: str) -> bool:
    stored = cache.get(f"magic:{account.pk}")
    if stored is None or not hmac.compare_digest(stored, _digest(presented)):
        return False
    cache.delete(f"magic:{account.pk}")
    return True


@require_GET
def magic_login(request):
    account_id = request.GET.get("account", "")
    if not account_id.isdecimal():
        return HttpResponseForbidden("link is invalid")
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or not token_matches(account, request.GET.get("token", "")):
        return HttpResponseForbidden("link is invalid or has expired")
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("dashboard")
