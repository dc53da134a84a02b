import json

from jinja2 import Environment, TemplateError
from tornado.web import RequestHandler, authenticated

from mailer.models import Campaign


class CampaignPreviewHandler(RequestHandler):
    def initialize(self, campaigns):
        self.campaigns = campaigns
        self.environment = Environment(autoescape=True, trim_blocks=True)

    def _context(self, campaign: Campaign) -> dict:
        return {
            "subject": campaign.subject,
            "sender": campaign.sender_name,
            "recipient": {"first_name": "Ada", "last_name": "Lovelace"},
        }

    @authenticated
    async def post(self, campaign_id: str):
        campaign = await self.campaigns.get(int(campaign_id), owner=self.current_user)
        if campaign is None:
            self.set_status(404)
            return

        body = self.get_body_argument("body", default=campaign.body)
        try:
            template = self.environment.from_string(body)
            html = template.render(**self._context(campaign))
        except TemplateError as error:
            self.set_status(422)
            self.finish(json.dumps({"error": error.message}))
            return
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"html": html}))
