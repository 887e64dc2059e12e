"""Lets irctest, the public conformance suite of IRC servers, start and stop `salond`.

The suite imports this module by its name (`pytest --controller=salon`, with this folder in PYTHONPATH) and makes one
controller for each test: a hub of its own, on a port of its own, with a data folder of its own.

What stands in `capabilities`, `optional_behaviors` and `isupport` is a promise. A test of something promised fails when the
hub lacks it; a test of something that isn't promised is skipped. So the lists grow with the hub, and never shrink.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
from typing import Any, Dict, List, Optional, Set, Tuple, Type

from irctest import patma
from irctest.basecontrollers import BaseServerController, DirectoryBasedController
from irctest.cases import BaseServerTestCase
from irctest.runner import NotImplementedByController
from irctest.specifications import Capabilities, OptionalBehaviors

LOOPBACK = "127.0.0.1"

# What fits a line beside "REGISTER * * :".
PASSWORD_BYTES_MAX = 490

# argon2id of "operpassword" with the least memory that argon2 has, so that OPER takes no time worth measuring.
OPERATOR_PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1"
    "$MTvY1b661iUtI84v/mbxJA$N4YToeaTpJ0cv/poHRJnJcVssRU1e8Cv3FXiyhM8ZVE"
)

Table = Dict[str, Any]


class SalonController(BaseServerController, DirectoryBasedController):
    software_name = "Salon"
    _port_wait_interval = 0.005
    supported_sasl_mechanisms: Set[str] = {"PLAIN", "SCRAM-SHA-256"}
    supports_sts = False
    extban_mute_char = "m"

    capabilities = frozenset(
        {
            Capabilities.ACCOUNT_NOTIFY,
            Capabilities.ACCOUNT_TAG,
            Capabilities.AWAY_NOTIFY,
            Capabilities.BATCH,
            Capabilities.ECHO_MESSAGE,
            Capabilities.EXTENDED_JOIN,
            Capabilities.EXTENDED_MONITOR,
            Capabilities.LABELED_RESPONSE,
            Capabilities.MESSAGE_REDACTION,
            Capabilities.MESSAGE_TAGS,
            Capabilities.MULTILINE,
            Capabilities.MULTI_PREFIX,
            Capabilities.READ_MARKER,
            Capabilities.SERVER_TIME,
            Capabilities.SETNAME,
        }
    )

    optional_behaviors = frozenset(
        {
            OptionalBehaviors.BAN_EXCEPTION_MODE,
            OptionalBehaviors.CAP_REQ_MINUS,
            OptionalBehaviors.ELIST_C,
            OptionalBehaviors.ELIST_M,
            OptionalBehaviors.ELIST_N,
            OptionalBehaviors.ELIST_T,
            OptionalBehaviors.ELIST_U,
            OptionalBehaviors.INVITE_EXCEPTION_MODE,
            OptionalBehaviors.INVITE_LIST,
            OptionalBehaviors.INVITE_OVERRIDES_LIMIT,
            OptionalBehaviors.MULTI_JOIN,
            OptionalBehaviors.MULTI_KICK,
            OptionalBehaviors.MULTI_NAMES_COMMAND,
            OptionalBehaviors.MULTI_PRIVMSG,
            OptionalBehaviors.SASL_AFTER_REGISTRATION,
            OptionalBehaviors.SASL_REAUTHENTICATION,
            OptionalBehaviors.NO_CTCP,
        }
    )

    isupport = {
        "ACCOUNTEXTBAN": "a",
        "BOT": "B",
        "CASEMAPPING": "ascii",
        "ELIST": patma.ANYSTR,
        "EXCEPTS": "e",
        "EXTBAN": "~,am",
        "INVEX": "I",
        "MONITOR": patma.ANYSTR,
        "PREFIX": "(ov)@+",
        "STATUSMSG": "@+",
        "TARGMAX": patma.ANYSTR,
        "UTF8ONLY": None,
        "WHOX": None,
    }

    def get_hostname_and_port(self) -> Tuple[str, int]:
        """A free port of the loopback address. The suite's own choice would be a port of every address."""
        with self._used_ports() as used_ports:
            while True:
                with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
                    probe.bind((LOOPBACK, 0))
                    address = (LOOPBACK, probe.getsockname()[1])
                if address not in used_ports:
                    used_ports.add(address)
                    self._own_ports.add(address)
                    return address

    def run(
        self,
        hostname: str,
        port: int,
        *,
        password: Optional[str],
        ssl: bool,
        run_services: bool,
        faketime: Optional[str],
        websocket_hostname: Optional[str],
        websocket_port: Optional[int],
    ) -> None:
        self.hostname = hostname
        self.port = port
        self.create_config()
        assert self.directory is not None
        settings = self.directory / "hub.toml"
        table = self.settings(password)
        if ssl:
            table["tls"] = self.encrypt(table["server"])
        if websocket_port is not None:
            table["websocket"] = {"listen": [f"{websocket_hostname}:{websocket_port}"]}
            # These tests ask the receiver at once, without waiting until the sender's line is handled; it is told of a
            # message when the message is stored.
            self.sync_sleep_time = 0.02
        settings.write_text(to_toml(table), encoding="utf-8")
        self.command = [*self.clock(faketime), salond(), "--config", settings]
        self.proc = self.execute(self.command)

    def restart(self) -> None:
        """Ends the hub, and starts it anew on the same data."""
        self.kill_proc()
        self.port_open = False
        self.proc = self.execute(self.command)
        self.wait_for_port()

    def wait_for_services(self) -> None:
        """Accounts are part of the hub: there is nothing to wait for."""

    def registerUser(self, case: BaseServerTestCase, username: str, password: Optional[str] = None) -> None:
        """Makes an account as a newcomer would, by a connection of its own."""
        assert password is not None
        if len(password.encode()) > PASSWORD_BYTES_MAX:
            raise NotImplementedByController("a password longer than a line")
        client = case.addClient(show_io=False)
        case.sendLine(client, f"NICK {username}")
        case.sendLine(client, "USER u 0 * :user")
        while case.getRegistrationMessage(client).command != "001":
            pass
        case.getMessages(client)
        case.sendLine(client, f"REGISTER * * :{password}")
        answers = {message.command for message in case.getMessages(client)}
        assert "REGISTER" in answers, answers
        case.sendLine(client, "QUIT")
        case.assertDisconnected(client)

    def settings(self, password: Optional[str]) -> Table:
        """The whole settings file."""
        assert self.directory is not None
        server: Table = {
            "name": "My.Little.Server",
            "listen": [f"{LOOPBACK}:{self.port}"],
            "auto_join": [],
            "data_dir": str(self.directory / "data"),
        }
        if password is not None:
            server["password"] = password
        return {
            "server": server,
            # Loopback is exempt from the limits of connections and rates as it is. A PING of the hub would stand between
            # the lines that a test compares. A test waits without end for a welcome that does not come.
            "limits": {"ping_interval": 0, "registration_timeout": "20s"},
            "accounts": {
                "always_on": self.always_on(),
                "before_connect": self.test_config.account_registration_before_connect,
                "require_email": self.test_config.account_registration_requires_email,
            },
            "operators": [{"name": "operuser", "password_hash": OPERATOR_PASSWORD_HASH}],
        }

    def always_on(self) -> str:
        """Whether accounts stay while nobody is connected. Tests say so in the settings of Ergo, whose words are the same."""
        section: Table = {"multiclient": {"always-on": "opt-in"}}
        change = self.test_config.ergo_config
        if change is not None:
            # Of settings for anything else there is nothing to learn.
            with contextlib.suppress(KeyError):
                change({"accounts": section})
        return str(section["multiclient"]["always-on"])

    def encrypt(self, server: Table) -> Table:
        """The section for TLS on the listener of the test, which the plain one gives up."""
        assert self.directory is not None
        subprocess.run([salond(), "gen-cert", "--dir", self.directory, LOOPBACK], check=True, stdout=subprocess.DEVNULL)
        listen, server["listen"] = server["listen"], []
        return {"listen": listen, "cert": "cert.pem", "key": "key.pem"}

    def clock(self, faketime: Optional[str]) -> List[str]:
        """The command that lets the hub's time run faster, where a test wants it and the machine has it."""
        if faketime is None or shutil.which("faketime") is None:
            return []
        self.faketime_enabled = True
        return ["faketime", "-f", faketime]


def salond() -> str:
    """The hub under test."""
    return os.environ.get("SALOND", "salond")


def to_toml(settings: Table) -> str:
    """`settings` as TOML. Every JSON text, number, boolean and list of them is a TOML one too."""
    lines: List[str] = []
    for name, section in settings.items():
        entries = section if isinstance(section, list) else [section]
        header = f"[[{name}]]" if isinstance(section, list) else f"[{name}]"
        for entry in entries:
            lines.append(header)
            lines.extend(f"{key} = {json.dumps(value)}" for key, value in entry.items())
    return "\n".join(lines) + "\n"


def get_irctest_controller_class() -> Type[SalonController]:
    """What the suite looks for in this module."""
    return SalonController
