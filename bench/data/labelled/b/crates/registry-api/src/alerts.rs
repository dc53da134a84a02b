use axum::{
    extract::{Query, State},
    http::StatusCode,
    Json,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgPool, Postgres, QueryBuilder};
use uuid::Uuid;

const MAX_ALERTS: i64 = 500;

#[derive(Debug, Deserialize)]
pub struct AlertQuery {
    pub severity: Option<String>,
    pub device: Option<Uuid>,
    pub since: DateTime<Utc>,
}

#[derive(Debug, Serialize, FromRow)]
pub struct Alert {
    pub id: i64,
    pub device_id: Uuid,
    pub severity: String,
    pub raised_at: DateTime<Utc>,
}

pub async fn list_alerts(
    State(pool): State<PgPool>,
    Query(query): Query<AlertQuery>,
) -> Result<Json<Vec<Alert>>, StatusCode> {
    let mut sql: QueryBuilder<Postgres> = QueryBuilder::new(
        "SELECT id, device_id, severity, raised_at FROM alerts WHERE raised_at >= ",
    );
    sql.push_bind(query.since);
    if let Some(severity) = query.severity {
        sql.push(" AND severity = ").push_bind(severity);
    }
    if let Some(device) = query.device {
        sql.push(" AND device_id = ").push_bind(device);
    }
    sql.push(" ORDER BY raised_at DESC LIMIT ")
        .push_bind(MAX_ALERTS);

    sql.build_query_as::<Alert>()
        .fetch_all(&pool)
        .await
        .map(Json)
        .map_err(|err| {
            tracing::error!(%err, "alert listing failed");
            StatusCode::INTERNAL_SERVER_ERROR
        })
}
