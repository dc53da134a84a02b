package com.northpeak.billing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

public class PaymentMatcher {

    public record Payment(Long accountId, String reference, BigDecimal amount) {}

    public record OpenInvoice(Long accountId, String number, BigDecimal due) {}

    public record Match(Payment payment, OpenInvoice invoice) {}

    private final List<OpenInvoice> openInvoices;

    public PaymentMatcher(List<OpenInvoice> openInvoices) {
        this.openInvoices = new ArrayList<>(openInvoices);
    }

    public List<Match> match(List<Payment> payments) {
        List<Match> matches = new ArrayList<>();
        for (Payment payment : payments) {
            OpenInvoice invoice = find(payment);
            if (invoice != null) {
                matches.add(new Match(payment, invoice));
                openInvoices.remove(invoice);
            }
        }
        return matches;
    }

    private OpenInvoice find(Payment payment) {
        for (OpenInvoice invoice : openInvoices) {
            if (invoice.accountId() == payment.accountId()
                    && invoice.due().compareTo(payment.amount()) == 0
                    && payment.reference().contains(invoice.number())) {
                return invoice;
            }
        }
        return null;
    }
}
