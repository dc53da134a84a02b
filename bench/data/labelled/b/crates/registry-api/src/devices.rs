use axum::{
    extract::{Query, State},
    http::StatusCode,
    routing::get,
    Json, Router,
};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, PgPool};
use uuid::Uuid;

#[derive(Debug, Deserialize)]
pub struct DeviceQuery {
    pub site: String,
    pub firmware: Option<String>,
}

#[derive(Debug, Serialize, FromRow)]
pub struct Device {
    pub id: Uuid,
    pub serial: String,
    pub site: String,
    pub firmware: String,
}

pub fn router(pool: PgPool) -> Router {
    Router::new()
        .route("/devices", get(list_devices))
        .with_state(pool)
}

async fn list_devices(
    State(pool): State<PgPool>,
    Query(query): Query<DeviceQuery>,
) -> Result<Json<Vec<Device>>, StatusCode> {
    let mut sql = format!(
        "SELECT id, serial, site, firmware FROM devices WHERE site = '{}'",
        query.site
    );
    if let Some(firmware) = &query.firmware {
        sql.push_str(&format!(" AND firmware = '{firmware}'"));
    }
    sql.push_str(" ORDER BY serial LIMIT 200");

    sqlx::query_as::<_, Device>(&sql)
        .fetch_all(&pool)
        .await
        .map(Json)
        .map_err(|err| {
            tracing::error!(%err, "device listing failed");
            StatusCode::INTERNAL_SERVER_ERROR
        })
}
