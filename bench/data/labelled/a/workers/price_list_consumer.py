import json
import logging
import os
from decimal import Decimal

import pika
import yaml
from defusedxml import ElementTree

from pricing.store import PriceStore

logger = logging.getLogger("prices")


def _from_json(body: bytes) -> dict[str, Decimal]:
    return {item["sku"]: Decimal(str(item["price"])) for item in json.loads(body)}


def _from_yaml(body: bytes) -> dict[str, Decimal]:
    return {sku: Decimal(str(price)) for sku, price in yaml.safe_load(body).items()}


def _from_xml(body: bytes) -> dict[str, Decimal]:
    root = ElementTree.fromstring(body)
    return {node.get("sku"): Decimal(node.findtext("price")) for node in root.iter("item")}


READERS = {
    "application/json": _from_json,
    "application/yaml": _from_yaml,
    "application/xml": _from_xml,
}


def main() -> None:
    store = PriceStore.from_environment()

    def on_message(channel, method, properties, body):
        reader = READERS.get(properties.content_type)
        if reader is None:
            logger.warning("rejected message of unknown content type")
            channel.basic_reject(method.delivery_tag, requeue=False)
            return
        store.replace(reader(body))
        channel.basic_ack(method.delivery_tag)

    with pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])) as connection:
        channel = connection.channel()
        channel.basic_consume("prices.lists", on_message)
        channel.start_consuming()


if __name__ == "__main__":
    main()
