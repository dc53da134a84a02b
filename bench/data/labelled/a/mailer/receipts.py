from decimal import Decimal, InvalidOperation

from jinja2 import Environment, PackageLoader, select_autoescape
from tornado.web import HTTPError, RequestHandler, authenticated

TEMPLATES = {"short": "receipt_short.html", "full": "receipt_full.html"}

environment = Environment(
    loader=PackageLoader("mailer", "templates"),
    autoescape=select_autoescape(["html", "xml"]),
)
environment.filters["money"] = lambda value: f"{value:.2f} EUR"


class ReceiptPreviewHandler(RequestHandler):
    def _amount(self) -> Decimal:
        try:
            return Decimal(self.get_query_argument("amount"))
        except InvalidOperation:
            raise HTTPError(400, reason="amount must be a decimal") from None

    @authenticated
    def get(self):
        layout = self.get_query_argument("layout", "short")
        if layout not in TEMPLATES:
            raise HTTPError(404)
        template = environment.get_template(TEMPLATES[layout])
        html = template.render(
            customer=self.get_query_argument("customer"),
            amount=self._amount(),
            note=self.get_query_argument("note", ""),
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(html)
