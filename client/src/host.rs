//! `salon host`: a hub and a conversation with it in one process, the first command of a newcomer.
//! The only module that knows the hub's crate. The hub runs on threads of its own and ends, after
//! telling everyone, when the conversation does.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use salon_config::{
    ConfigError, DEFAULT_HOST, DEFAULT_PORT, DEFAULT_TLS_PORT, Directories, Fingerprint,
    ServerConfig, ServerUrl, TlsSettings, Transport,
};
use salond::tls::generate::{Files, generate};
use salond::{Server, ServerError};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::cli::HostOptions;
use crate::errand::ExpectOptions;
use crate::repl::Invitation;
use crate::settings::{Input, Settings};
use crate::{exit, explained, fail, talk};

/// Starts a hub, joins it, and ends it after the conversation.
pub(crate) fn run(options: &HostOptions, mut settings: Settings, input: Input) -> ExitCode {
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(exit::UNREACHABLE, &format!("could not start: {error}")),
    };
    let mut config = match config(options) {
        Ok(config) => config,
        Err(error) => return fail(exit::USAGE, &explained(&error)),
    };
    let fingerprint = match certify(options, &mut config) {
        Ok(fingerprint) => fingerprint,
        Err(reason) => return fail(exit::USAGE, &reason),
    };
    let server = match runtime.block_on(Server::bind(&config)) {
        Ok(server) => server,
        Err(error) => return fail(exit::UNREACHABLE, &explain(&error)),
    };
    if let Some(address) = server.local_addrs().first() {
        let with_tls = server.local_addrs().get(config.server.listen.len());
        settings.invitation = Some(match (with_tls, fingerprint) {
            (Some(address), Some(fingerprint)) => invitation_by_tls(*address, fingerprint),
            _ => Invitation {
                told: invitation(*address),
                command: None,
            },
        });
        let address = reachable(*address);
        settings.plan.lead_to(&ServerUrl {
            transport: Transport::Plain,
            host: address.ip().to_string(),
            port: address.port(),
            rooms: Vec::new(),
        });
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

/// Gives the hub the certificate that lies with its data, or one that is made now, where it is to speak TLS. It
/// is trusted by its fingerprint, so that it may be for any name.
fn certify(
    options: &HostOptions,
    config: &mut ServerConfig,
) -> Result<Option<Fingerprint>, String> {
    if options.tls_listen.is_empty() {
        return Ok(None);
    }
    let folder = config.server.data_dir.clone().unwrap_or_default();
    let files = Files::of_hub(&folder);
    if !files.cert.exists() {
        generate(&["localhost".to_owned()], &files).map_err(|error| error.to_string())?;
    }
    let certificate = CertificateDer::from_pem_file(&files.cert)
        .map_err(|error| format!("cannot read '{}': {error}", files.cert.display()))?;
    let mut tls = TlsSettings::self_signed(files.cert, files.key);
    tls.listen.clone_from(&options.tls_listen);
    config.tls = Some(tls);
    let digest = Sha256::digest(certificate.as_ref());
    Ok(Some(Fingerprint::new(digest.into())))
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

/// How others join a hub that listens there with TLS, and know that it is this one.
fn invitation_by_tls(address: SocketAddr, fingerprint: Fingerprint) -> Invitation {
    let ip = address.ip();
    let (host, who) = if ip.is_unspecified() {
        let who = ", where HOST is the name or address of this machine";
        ("HOST".to_owned(), who)
    } else if ip.is_ipv6() {
        (format!("[{ip}]"), "")
    } else {
        (ip.to_string(), "")
    };
    let port = match address.port() {
        DEFAULT_TLS_PORT => String::new(),
        port => format!(":{port}"),
    };
    Invitation {
        told: format!("others join this hub by this command{who}:"),
        command: Some(format!(
            "salon ircs://{host}{port} --tls-fingerprint {fingerprint}"
        )),
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
    fn an_invitation_by_tls_says_by_what_the_hub_is_known() {
        let fingerprint = Fingerprint::new([0xab; 32]);
        let digits = "ab".repeat(32);
        for (address, who, host) in [
            ("192.0.2.1:6697", "", "192.0.2.1"),
            ("[::1]:7000", "", "[::1]:7000"),
            (
                "0.0.0.0:6697",
                ", where HOST is the name or address of this machine",
                "HOST",
            ),
        ] {
            let expected = Invitation {
                told: format!("others join this hub by this command{who}:"),
                command: Some(format!(
                    "salon ircs://{host} --tls-fingerprint sha256:{digits}"
                )),
            };
            let invitation = invitation_by_tls(address.parse().unwrap(), fingerprint);
            assert_eq!(invitation, expected);
        }
    }

    #[test]
    fn a_hub_that_listens_everywhere_is_next_door() {
        check("0.0.0.0:6000", "127.0.0.1:6000");
        check("[::]:6000", "[::1]:6000");
        check("192.0.2.1:6000", "192.0.2.1:6000");
    }
}
