//! Those who can be measured: the hub, and servers that Debian has packages of.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;

use crate::failure::Failure;
use crate::names;
use crate::wire::Protocol;

/// A server that can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    Salond,
    Inspircd,
    Ngircd,
    Hybrid,
    Redis,
    Nats,
}

/// What is run, and what has to be known of it.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) command: Command,
    /// The file of settings that it is given, and what is in it.
    pub(crate) settings: String,
    /// How many clients may be about to register at a time.
    pub(crate) opening: usize,
    /// Whether it is to be started as nobody, because it refuses to run as root.
    pub(crate) as_nobody: bool,
}

/// Where a server is to listen and to keep what it has.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    pub(crate) folder: &'a Path,
    /// The file that [`Recipe::settings`] will be in.
    pub(crate) settings: &'a Path,
    pub(crate) port: u16,
}

impl Subject {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Salond => "salond",
            Self::Inspircd => "InspIRCd",
            Self::Ngircd => "ngIRCd",
            Self::Hybrid => "ircd-hybrid",
            Self::Redis => "Redis",
            Self::Nats => "NATS",
        }
    }

    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Self::Salond | Self::Inspircd | Self::Ngircd | Self::Hybrid => Protocol::Irc,
            Self::Redis => Protocol::Redis,
            Self::Nats => Protocol::Nats,
        }
    }

    /// Where it is; the hub beside this program, the others where their packages put them.
    pub(crate) fn program(self, hub: Option<&Path>) -> Result<PathBuf, Failure> {
        let place = match self {
            Self::Salond => match hub {
                Some(hub) => hub.to_owned(),
                None => std::env::current_exe()
                    .map_err(Failure::io("find this program"))?
                    .with_file_name("salond"),
            },
            Self::Inspircd => "/usr/sbin/inspircd".into(),
            Self::Ngircd => "/usr/sbin/ngircd".into(),
            Self::Hybrid => "/usr/sbin/ircd-hybrid".into(),
            Self::Redis => "/usr/bin/redis-server".into(),
            Self::Nats => "/usr/sbin/nats-server".into(),
        };
        if place.is_file() {
            return Ok(place);
        }
        let reason = format!("there is no {}", place.display());
        Err(Failure::server(self.name(), reason))
    }

    /// How it is run: without limits of rates and of connections, without name lookups, in the foreground.
    pub(crate) fn recipe(self, program: &Path, site: &Site<'_>, durability: &str) -> Recipe {
        let mut command = Command::new(program);
        let Site {
            folder,
            settings,
            port,
        } = *site;
        let folder = folder.display();
        let (text, opening) = match self {
            Self::Salond => {
                command.args(["--log", "warn", "--listen", "127.0.0.1:0", "--config"]);
                command.arg(settings);
                (salond(&folder.to_string(), durability), 128)
            }
            Self::Inspircd => {
                command
                    .args(["--nofork", "--nolog", "--config"])
                    .arg(settings);
                // It completes registrations once a second.
                (inspircd(port, &folder.to_string()), 2500)
            }
            Self::Ngircd => {
                command.args(["-n", "-f"]).arg(settings);
                // It lets ten connections wait to be accepted.
                (ngircd(port), 8)
            }
            Self::Hybrid => {
                command = with_names(program, site);
                command.args(["-foreground", "-configfile"]).arg(settings);
                for (option, name) in [
                    ("-logfile", "log"),
                    ("-pidfile", "pid"),
                    ("-klinefile", "kline"),
                    ("-dlinefile", "dline"),
                    ("-xlinefile", "xline"),
                    ("-resvfile", "resv"),
                ] {
                    command.arg(option).arg(site.folder.join(name));
                }
                (hybrid(port), 64)
            }
            Self::Redis => {
                command.arg(settings);
                (redis(port, &folder.to_string()), 128)
            }
            Self::Nats => {
                command.arg("-c").arg(settings);
                (nats(port), 128)
            }
        };
        Recipe {
            command,
            settings: text,
            opening,
            as_nobody: !matches!(self, Self::Salond | Self::Hybrid),
        }
    }
}

/// What runs a program as nobody and with [`names`] as its name server, in a view of the file system of its own.
fn with_names(program: &Path, site: &Site<'_>) -> Command {
    let mut command = Command::new("unshare");
    let script = "echo \"nameserver $0\" > \"$1/resolv.conf\" && \
        mount --bind \"$1/resolv.conf\" /etc/resolv.conf && shift && exec \"$@\"";
    command.args(["--mount", "sh", "-c", script, names::ADDRESS]);
    command.arg(site.folder);
    command.args([
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ]);
    command.arg(program);
    command
}

/// Nobody is put into a room unasked, as the others don't either; everything else is as it comes.
fn salond(folder: &str, durability: &str) -> String {
    format!(
        "[server]\nauto_join = []\ndata_dir = '{folder}/data'\n\
         [history]\nretain = 0\ndurability = \"{durability}\"\n"
    )
}

fn inspircd(port: u16, folder: &str) -> String {
    format!(
        r#"<server name="peer.bench.example" description="bench" id="1PB" network="Bench">
<admin name="bench" nick="bench" email="bench@bench.example">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="all" allow="*" timeout="90" pingfreq="600" fakelag="no" commandrate="1000000"
    threshold="1000000" recvq="1048576" softsendq="1048576" hardsendq="1048576"
    localmax="100000" globalmax="100000" limit="100000" maxchans="100" maxconnwarn="no"
    resolvehostnames="no" useident="no" useconnectban="no" useconnflood="no">
<performance somaxconn="4096" softlimit="100000" netbuffersize="65534" clonesonconnect="no" quietbursts="yes">
<options defaultmodes="nt">
<log method="file" type="*" level="default" target="{folder}/log">
<pid file="{folder}/pid">
"#
    )
}

fn ngircd(port: u16) -> String {
    format!(
        "[Global]\nName = peer.bench.example\nInfo = bench\nAdminEMail = bench@bench.example\n\
         Listen = 127.0.0.1\nPorts = {port}\nMotdPhrase = bench\nNetwork = Bench\n\
         ServerUID = nobody\nServerGID = nogroup\n\
         [Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\nMaxPenaltyTime = 0\n\
         MaxNickLength = 16\nPingTimeout = 600\nPongTimeout = 600\n\
         [Options]\nDNS = no\nIdent = no\nPAM = no\n"
    )
}

fn hybrid(port: u16) -> String {
    format!(
        r#"serverinfo {{ name = "peer.bench.example"; sid = "0PB"; description = "bench";
    network_name = "Bench"; network_description = "bench"; default_max_clients = 19000; }};
admin {{ name = "bench"; description = "bench"; email = "bench@bench.example"; }};
class {{ name = "all"; ping_time = 10 minutes; number_per_ip_local = 100000; number_per_ip_global = 100000;
    max_number = 100000; max_channels = 100; sendq = 1 megabytes; recvq = 8000 bytes; }};
listen {{ host = "127.0.0.1"; port = {port}; }};
auth {{ user = "*@*"; class = "all"; flags = exceed_limit, can_flood, no_tilde; }};
channel {{ max_channels = 100; default_join_flood_count = 0; }};
general {{ disable_auth = yes; default_floodcount = 0; anti_nick_flood = no; throttle_count = 1000000;
    throttle_time = 1 second; anti_spam_exit_message_time = 0; }};
modules {{ path = "/usr/lib/ircd-hybrid/modules"; path = "/usr/lib/ircd-hybrid/modules/autoload"; }};
log {{ use_logging = no; }};
"#
    )
}

fn redis(port: u16, folder: &str) -> String {
    format!(
        "bind 127.0.0.1\nport {port}\ndir {folder}\nsave \"\"\nappendonly no\ndaemonize no\n\
         protected-mode no\ntimeout 0\nmaxclients 19000\ntcp-backlog 4096\n\
         client-output-buffer-limit pubsub 1mb 1mb 60\n"
    )
}

fn nats(port: u16) -> String {
    format!(
        "host: \"127.0.0.1\"\nport: {port}\nmax_connections: 64K\nmax_pending: 1MB\n\
         write_deadline: \"10s\"\nping_interval: \"10m\"\n"
    )
}
