package com.northpeak.crm;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.List;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/customers")
public class CustomerSearchController {

    private static final int PAGE_SIZE = 50;

    @PersistenceContext
    private EntityManager em;

    @GetMapping
    public List<CustomerSummary> search(
            @RequestParam(required = false) String region,
            @RequestParam(required = false) @DateTimeFormat(iso = DateTimeFormat.ISO.DATE_TIME) Instant since) {
        StringBuilder jpql = new StringBuilder(
                "select new com.northpeak.crm.CustomerSummary(c.id, c.name, c.region) from Customer c where c.active = true");
        if (StringUtils.hasText(region)) {
            appendEquals(jpql, "c.region", region);
        }
        if (since != null) {
            jpql.append(" and c.createdAt >= :since");
        }
        TypedQuery<CustomerSummary> query = em.createQuery(jpql.toString(), CustomerSummary.class);
        if (since != null) {
            query.setParameter("since", since);
        }
        return query.setMaxResults(PAGE_SIZE).getResultList();
    }

    private static void appendEquals(StringBuilder jpql, String field, String value) {
        jpql.append(" and ").append(field).append(" = '").append(value).append('\'');
    }
}
