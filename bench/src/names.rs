//! A name server that knows no name, for servers that insist on looking their clients' addresses up.

use std::net::UdpSocket;
use std::sync::OnceLock;
use std::thread;

use crate::failure::Failure;

/// Where it listens; nothing else has this address of the loopback net.
pub(crate) const ADDRESS: &str = "127.53.53.53";

/// Whether it runs already; it does so until the program ends.
static STARTED: OnceLock<()> = OnceLock::new();

/// Starts the name server, unless it runs. The port needs the rights of root.
pub(crate) fn start() -> Result<(), Failure> {
    if STARTED.get().is_some() {
        return Ok(());
    }
    let socket = UdpSocket::bind((ADDRESS, 53)).map_err(Failure::io("answer name lookups"))?;
    thread::spawn(move || {
        let mut packet = [0; 512];
        while let Ok((bytes, asker)) = socket.recv_from(&mut packet) {
            if let Some(answer) = refuse(&mut packet[..bytes]) {
                // Who does not get the answer asks again.
                let _ = socket.send_to(answer, asker);
            }
        }
    });
    let _ = STARTED.set(());
    Ok(())
}

/// Turns a question into the answer that there is no such name (RFC 1035, section 4.1.1).
fn refuse(packet: &mut [u8]) -> Option<&[u8]> {
    let [_, _, high, low, ..] = packet else {
        return None;
    };
    // A response, which is recursive if that was wanted; and the code for a name that does not exist.
    *high |= 0x80;
    *low = 0x83;
    Some(packet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_question_with_a_refusal() {
        let mut question = [7, 8, 0x01, 0x20, 0, 1];
        assert_eq!(refuse(&mut question), Some(&[7, 8, 0x81, 0x83, 0, 1][..]));
        assert_eq!(refuse(&mut [1, 2]), None);
    }
}
