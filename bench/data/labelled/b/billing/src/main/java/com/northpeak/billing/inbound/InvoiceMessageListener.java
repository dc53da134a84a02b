package com.northpeak.billing.inbound;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import java.io.ByteArrayInputStream;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.XMLEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.annotation.JmsListener;
import org.springframework.stereotype.Component;

@Component
public class InvoiceMessageListener {

    private static final Logger log = LoggerFactory.getLogger(InvoiceMessageListener.class);

    private final InvoiceIntake intake;

    public InvoiceMessageListener(InvoiceIntake intake) {
        this.intake = intake;
    }

    @JmsListener(destination = "supplier.invoices")
    public void onMessage(BytesMessage message) throws JMSException {
        byte[] payload = new byte[Math.toIntExact(message.getBodyLength())];
        message.readBytes(payload);
        try {
            intake.accept(readInvoiceNumber(payload), payload);
        } catch (XMLStreamException e) {
            log.warn("Rejected supplier invoice {}", message.getJMSMessageID(), e);
            intake.reject(message.getJMSMessageID());
        }
    }

    private String readInvoiceNumber(byte[] payload) throws XMLStreamException {
        XMLEventReader reader = XMLInputFactory.newInstance().createXMLEventReader(new ByteArrayInputStream(payload));
        try {
            while (reader.hasNext()) {
                XMLEvent event = reader.nextEvent();
                if (event.isStartElement()
                        && "InvoiceNumber".equals(event.asStartElement().getName().getLocalPart())) {
                    return reader.getElementText().trim();
                }
            }
        } finally {
            reader.close();
        }
        throw new XMLStreamException("InvoiceNumber missing");
    }
}
