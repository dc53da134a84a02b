package com.northpeak.notify;

import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

@Component
public class DigestScheduler {

    private final SubscriberRepository subscribers;
    private final DigestRenderer renderer;
    private final MailGateway mail;
    private final Clock clock;

    public DigestScheduler(
            SubscriberRepository subscribers, DigestRenderer renderer, MailGateway mail, Clock clock) {
        this.subscribers = subscribers;
        this.renderer = renderer;
        this.mail = mail;
        this.clock = clock;
    }

    @Scheduled(cron = "0 0 6 * * MON-FRI")
    public void sendDailyDigests() {
        LocalDate day = LocalDate.now(clock).minusDays(1);
        List<Subscriber> due = subscribers.findByDigestEnabledTrue();
        for (Subscriber subscriber : due) {
            deliver(subscriber, day);
        }
    }

    private void deliver(Subscriber subscriber, LocalDate day) {
        try {
            String html = renderer.render(subscriber, day);
            mail.send(subscriber.getEmail(), "Your digest for " + day, html);
        } catch (Exception e) {
        }
    }
}
