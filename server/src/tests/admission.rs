//! Who is let in, and whose address counts.

use std::net::IpAddr;
use std::path::Path;

use salon_config::ServerConfig;

use crate::connection::Entrance;
use crate::hub::{Full, Hub};
use crate::log::Restored;
use crate::tests::FickleLog;

const WEB: Entrance = Entrance {
    tls: false,
    websocket: true,
};

#[tokio::test]
async fn a_trusted_proxy_is_one_for_websockets_and_only_when_it_tells_of_somebody() {
    let settings = "[limits]\nconnections = 4\nconnections_per_address = 1\n\
                    [websocket]\nlisten = \"127.0.0.1:0\"\ntrusted_proxies = \"192.0.2.1\"\n";
    let config = ServerConfig::parse(Path::new("test.toml"), settings).expect("valid settings");
    let hub = Hub::new(config, FickleLog::new(), Restored::default());
    let address = |text: &str| text.parse::<IpAddr>().expect("an address");
    let proxy = address("192.0.2.1");
    let plain = Entrance::default();
    assert!(hub.admit(proxy, plain).is_ok());
    assert_eq!(hub.admit(proxy, plain).err(), Some(Full::Address));
    let (told, _) = hub.admit(proxy, WEB).expect("counted later");
    let (untold, _) = hub.admit(proxy, WEB).expect("counted later");
    let client = address("198.51.100.7");
    assert_eq!(hub.readmit(told, |_| Some(client)), Ok(Some(client)));
    assert_eq!(hub.readmit(untold, |_| None), Err(Full::Address));
    hub.forget(untold);
    for other in ["198.51.100.8", "198.51.100.9"] {
        assert!(hub.admit(address(other), plain).is_ok(), "{other}");
    }
    assert_eq!(hub.admit(proxy, WEB).err(), Some(Full::Total));
}

#[tokio::test]
async fn of_an_ipv6_network_as_many_are_let_in_as_of_one_address() {
    let settings = "[limits]\nconnections_per_address = 2\n";
    let config = ServerConfig::parse(Path::new("test.toml"), settings).expect("valid settings");
    let hub = Hub::new(config, FickleLog::new(), Restored::default());
    let admit = |text: &str| {
        let address = text.parse().expect("an address");
        let admitted = hub.admit(address, Entrance::default());
        admitted.map(|(session, _)| session)
    };
    let first = admit("2001:db8::1").expect("there is room");
    assert!(admit("2001:db8::2:0:0:1").is_ok());
    assert_eq!(admit("2001:db8::3"), Err(Full::Address));
    assert!(admit("2001:db8:0:1::1").is_ok(), "another network");
    assert!(admit("::ffff:192.0.2.1").is_ok() && admit("192.0.2.1").is_ok());
    assert_eq!(admit("192.0.2.1"), Err(Full::Address));
    hub.forget(first);
    assert!(admit("2001:db8::3").is_ok());
}
