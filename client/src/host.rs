//! `salon host`: a hub and a conversation with it in one process, the first command of a newcomer.
//! The only module that knows the hub's crate. The hub runs on threads of its own and ends, after
//! telling everyone, when the conversation does.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;

use salon_config::{ConfigError, DEFAULT_HOST, DEFAULT_PORT, Directories, ServerConfig};
use salond::{Server, ServerError};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::cli::HostOptions;
use crate::errand::ExpectOptions;
use crate::settings::{Input, Settings};
use crate::{exit, explained, fail, talk};

/// Starts a hub, joins it, and ends it after the conversation.
pub(crate) fn run(options: &HostOptions, mut settings: Settings, input: Input) -> ExitCode {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(exit::UNREACHABLE, &format!("could not start: {error}")),
    };
    let config = match config(options) {
        Ok(config) => config,
        Err(error) => return fail(exit::USAGE, &explained(&error)),
    };
    let server = match runtime.block_on(Server::bind(&config)) {
        Ok(server) => server,
        Err(error) => return fail(exit::UNREACHABLE, &explain(&error)),
    };
    if let Some(address) = server.local_addrs().first() {
        settings.invitation = Some(invitation(*address));
        let address = reachable(*address);
        settings.plan.host = address.ip().to_string();
        settings.plan.port = address.port();
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let hub = runtime.spawn(server.run(async {
        // Nothing is ever sent: the end of the sender is the sign.
        let _ = stopped.await;
    }));
    let code = talk(settings, input, ExpectOptions::default());
    drop(stop);
    match runtime.block_on(hub) {
        Ok(()) => code,
        Err(error) => fail(exit::LOST, &format!("the hub broke down: {error}")),
    }
}

/// The settings of a hub that keeps its data where `salond` does, so that each finds what the other left.
fn config(options: &HostOptions) -> Result<ServerConfig, ConfigError> {
    let mut config = ServerConfig::default();
    if !options.listen.is_empty() {
        config.server.listen.clone_from(&options.listen);
    }
    config.server.data_dir = Some(match &options.data_dir {
        Some(folder) => folder.clone(),
        None => Directories::of_user()?.hub_dir(),
    });
    Ok(config)
}

fn explain(error: &ServerError) -> String {
    match error {
        ServerError::Listen { address, source }
            if source.kind() == std::io::ErrorKind::AddrInUse =>
        {
            format!(
                "could not listen on {address}: the address is in use\n\
             hint: a hub may be there already: `salon {address}` joins it; `--listen HOST:PORT` takes another"
            )
        }
        error => error.to_string(),
    }
}

/// How others join a hub that listens there.
fn invitation(address: SocketAddr) -> String {
    let port = address.port();
    let reachable = reachable(address);
    let is_default = reachable.to_string() == format!("{DEFAULT_HOST}:{DEFAULT_PORT}");
    let nearby = if is_default {
        "`salon`".to_owned()
    } else {
        format!("`salon {reachable}`")
    };
    let ip = address.ip();
    if ip.is_unspecified() {
        format!(
            "others join this hub by {nearby} on this machine, and by `salon HOST:{port}` elsewhere, where HOST is \
             its name or address"
        )
    } else if ip.is_loopback() {
        format!(
            "others on this machine join this hub by {nearby}; for others, start it with `--listen 0.0.0.0:{port}`"
        )
    } else {
        format!("others join this hub by `salon {address}`")
    }
}

/// Where a hub that listens on an address can be reached from here: one that listens everywhere is
/// next door.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: &str) {
        assert_eq!(
            reachable(address.parse().unwrap()),
            expected.parse().unwrap()
        );
    }

    #[test]
    fn an_invitation_says_what_others_type() {
        for (address, expected) in [
            (
                "127.0.0.1:6000",
                "others on this machine join this hub by `salon`; for others, start it with `--listen 0.0.0.0:6000`",
            ),
            (
                "127.0.0.1:7000",
                "others on this machine join this hub by `salon 127.0.0.1:7000`; for others, start it with \
                 `--listen 0.0.0.0:7000`",
            ),
            (
                "0.0.0.0:6000",
                "others join this hub by `salon` on this machine, and by `salon HOST:6000` elsewhere, where HOST is \
                 its name or address",
            ),
            (
                "192.0.2.1:6000",
                "others join this hub by `salon 192.0.2.1:6000`",
            ),
        ] {
            assert_eq!(invitation(address.parse().unwrap()), expected);
        }
    }

    #[test]
    fn a_hub_that_listens_everywhere_is_next_door() {
        check("0.0.0.0:6000", "127.0.0.1:6000");
        check("[::]:6000", "[::1]:6000");
        check("192.0.2.1:6000", "192.0.2.1:6000");
    }
}
