import logging
import os

import jsonpickle
import pika

from warehouse.stock import StockLedger

logger = logging.getLogger("inventory")


class InventoryConsumer:
    queue = "inventory.adjustments"

    def __init__(self, ledger: StockLedger):
        self.ledger = ledger
        self.handled = 0

    def on_message(self, channel, method, properties, body: bytes) -> None:
        adjustment = jsonpickle.decode(body.decode("utf-8"))
        if adjustment.quantity == 0:
            channel.basic_ack(method.delivery_tag)
            return
        self.ledger.apply(adjustment.sku, adjustment.quantity, reason=adjustment.reason)
        self.handled += 1
        channel.basic_ack(method.delivery_tag)

    def run(self) -> None:
        parameters = pika.URLParameters(os.environ["AMQP_URL"])
        with pika.BlockingConnection(parameters) as connection:
            channel = connection.channel()
            channel.queue_declare(self.queue, durable=True)
            channel.basic_qos(prefetch_count=10)
            channel.basic_consume(self.queue, self.on_message)
            logger.info("waiting for %s", self.queue)
            channel.start_consuming()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    InventoryConsumer(StockLedger.from_environment()).run()
