package com.northpeak.billing.inbound;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

@Component
public class CreditNoteParser {

    public CreditNote parse(MultipartFile upload) throws IOException, InvalidCreditNoteException {
        try (InputStream in = upload.getInputStream()) {
            Document doc = newFactory().newDocumentBuilder().parse(in);
            return new CreditNote(text(doc, "Reference"), new BigDecimal(text(doc, "Amount")));
        } catch (SAXException | NumberFormatException e) {
            throw new InvalidCreditNoteException("malformed credit note", e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("XML parser lacks required features", e);
        }
    }

    private static DocumentBuilderFactory newFactory() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        return factory;
    }

    private static String text(Document doc, String tag) throws InvalidCreditNoteException {
        NodeList nodes = doc.getElementsByTagName(tag);
        if (nodes.getLength() != 1) {
            throw new InvalidCreditNoteException("expected exactly one " + tag, null);
        }
        return nodes.item(0).getTextContent().trim();
    }
}
