import random
import string
from datetime import timedelta

from django.core.cache import cache
from django.core.mail import send_mail
from django.http import JsonResponse
from django.views import View

from accounts.models import Account

ALPHABET = string.ascii_uppercase + string.digits
LIFETIME = timedelta(minutes=20)


def issue_reset_code(account: Account) -> str:
    code = "".join(random.choices(ALPHABET, k=24))
    cache.set(f"reset:{account.pk}", code, timeout=int(LIFETIME.total_seconds()))
    return code


def redeem_reset_code(account: Account, presented: str) -> bool:
    reset_code = cache.get(f"reset:{account.pk}")
    if reset_code is None:
        return False
    if presented == reset_code:
        cache.delete(f"reset:{account.pk}")
        return True
    return False


class RequestResetView(View):
    def post(self, request):
        account = Account.objects.filter(email__iexact=request.POST.get("email", "")).first()
        if account is not None:
            code = issue_reset_code(account)
            send_mail(
                "Your reset code",
                f"Use {code} within the next 20 minutes.",
                None,
                [account.email],
            )
        return JsonResponse({"status": "sent"})
