use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

const FRAME_DATA: u8 = 0x02;
const MAX_ATTEMPTS: u32 = 5;

pub struct Uplink {
    address: String,
}

impl Uplink {
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
        }
    }

    /// Delivers one batch, reconnecting with growing pauses.
    pub async fn deliver(&self, batch: &[u8]) -> io::Result<()> {
        let frame = encode(batch);
        let mut attempt = 1;
        loop {
            match self.send(&frame).await {
                Ok(()) => return Ok(()),
                Err(err) if attempt >= MAX_ATTEMPTS => return Err(err),
                Err(err) => {
                    tracing::warn!(%err, attempt, "uplink delivery failed");
                    std::thread::sleep(Duration::from_secs(u64::from(attempt)));
                    attempt += 1;
                }
            }
        }
    }

    async fn send(&self, frame: &[u8]) -> io::Result<()> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.write_all(frame).await?;
        stream.shutdown().await
    }
}

fn encode(batch: &[u8]) -> Vec<u8> {
    let length = batch.len() as u16;
    let mut frame = Vec::with_capacity(batch.len() + 3);
    frame.push(FRAME_DATA);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(batch);
    frame
}
