import re

import requests
from django.http import Http404, JsonResponse
from django.views.decorators.http import require_GET

CARRIERS = {
    "dhl": "https://api-eu.dhl.com/track/shipments",
    "ups": "https://onlinetools.ups.com/api/track/v1/details",
    "postnl": "https://api.postnl.nl/shipment/v2/status",
}
TRACKING_NUMBER = re.compile(r"[A-Z0-9]{8,34}")


def fetch_status(carrier: str, number: str) -> dict:
    response = requests.get(
        CARRIERS[carrier],
        params={"trackingNumber": number},
        timeout=(3, 10),
        allow_redirects=False,
    )
    response.raise_for_status()
    return response.json()


@require_GET
def shipment_status(request, carrier: str):
    if carrier not in CARRIERS:
        raise Http404("unknown carrier")
    number = request.GET.get("number", "").upper()
    if not TRACKING_NUMBER.fullmatch(number):
        return JsonResponse({"error": "malformed tracking number"}, status=400)
    try:
        status = fetch_status(carrier, number)
    except requests.RequestException:
        return JsonResponse({"error": "carrier unavailable"}, status=502)
    return JsonResponse({"carrier": carrier, "status": status})
