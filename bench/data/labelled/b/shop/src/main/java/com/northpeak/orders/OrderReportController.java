package com.northpeak.orders;

import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
public class OrderReportController {

    private static final int MAX_ROWS = 200;

    private static final Map<String, String> SORT_COLUMNS = Map.of(
            "date", "o.placed_at",
            "total", "o.total_cents",
            "customer", "c.display_name");

    private final NamedParameterJdbcTemplate jdbc;

    public OrderReportController(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @GetMapping("/reports/orders")
    public List<Map<String, Object>> report(
            @RequestParam String status,
            @RequestParam(defaultValue = "date") String sort,
            @RequestParam(defaultValue = "false") boolean descending) {
        String column = SORT_COLUMNS.get(sort);
        if (column == null) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "unknown sort key");
        }
        String sql = "select o.id, o.placed_at, o.total_cents, c.display_name"
                + " from orders o join customers c on c.id = o.customer_id"
                + " where o.status = :status"
                + " order by " + column + (descending ? " desc" : " asc")
                + " limit :maxRows";
        MapSqlParameterSource params = new MapSqlParameterSource()
                .addValue("status", status)
                .addValue("maxRows", MAX_ROWS);
        return jdbc.queryForList(sql, params);
    }
}
