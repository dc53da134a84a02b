use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time;

const FRAME_HEARTBEAT: u8 = 0x01;
const PAUSE_AFTER_STALL: Duration = Duration::from_secs(2);

pub struct Heartbeat {
    stream: TcpStream,
    node: String,
    interval: Duration,
}

impl Heartbeat {
    pub fn new(stream: TcpStream, node: String, interval: Duration) -> Self {
        Self {
            stream,
            node,
            interval,
        }
    }

    /// Sends heartbeats until the connection breaks.
    pub async fn run(mut self) -> io::Result<()> {
        let frame = encode(self.node.as_bytes())?;
        loop {
            let started = time::Instant::now();
            self.stream.write_all(&frame).await?;
            if started.elapsed() > self.interval {
                tracing::warn!(node = %self.node, "heartbeat stalled");
                time::sleep(PAUSE_AFTER_STALL).await;
            } else {
                time::sleep(self.interval).await;
            }
        }
    }
}

fn encode(node: &[u8]) -> io::Result<Vec<u8>> {
    let length = u8::try_from(node.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "node name too long"))?;
    let mut frame = Vec::with_capacity(node.len() + 2);
    frame.push(FRAME_HEARTBEAT);
    frame.push(length);
    frame.extend_from_slice(node);
    Ok(frame)
}
