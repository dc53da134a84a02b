package com.northpeak.notify;

import java.io.IOException;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public class WebhookRetryWorker implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(WebhookRetryWorker.class);
    private static final long POLL_SECONDS = 5;
    private static final int MAX_ATTEMPTS = 8;

    private final DelayQueue<WebhookDelivery> queue;
    private final WebhookClient client;
    private final DeadLetterStore deadLetters;

    public WebhookRetryWorker(
            DelayQueue<WebhookDelivery> queue, WebhookClient client, DeadLetterStore deadLetters) {
        this.queue = queue;
        this.client = client;
        this.deadLetters = deadLetters;
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                WebhookDelivery delivery = queue.poll(POLL_SECONDS, TimeUnit.SECONDS);
                if (delivery != null) {
                    attempt(delivery);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.info("Webhook retry worker stopping");
        }
    }

    private void attempt(WebhookDelivery delivery) {
        try {
            client.post(delivery);
        } catch (IOException e) {
            log.warn("Webhook {} failed on attempt {}", delivery.id(), delivery.attempts(), e);
            if (delivery.attempts() >= MAX_ATTEMPTS) {
                deadLetters.store(delivery);
            } else {
                queue.put(delivery.nextAttempt());
            }
        }
    }
}
