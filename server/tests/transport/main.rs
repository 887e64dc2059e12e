//! What lies between a socket and the lines: TLS, WebSocket, and their certificates and settings while the hub runs.
//!
//! Hubs run on threads of their own, and the clients here are blocking ones, so that the libraries on the clients' side are
//! used as their users use them. Nothing waits by the clock: what is waited for arrives, or a read fails for its time.

mod fixture;
mod lines;
mod program;
mod reload;
mod tls;
mod websocket;
