#!/usr/bin/env python3
"""Reminds the user of something later. Reminders are kept in the plug-in's store, so that they survive the client."""
import json
import sys
import time

COMMANDS = [
    {"name": "remind", "summary": "be reminded of something later", "args": "IN:duration TEXT:text",
     "examples": [{"line": ":remind 10m tea is ready", "meaning": "be reminded of it in ten minutes"}]},
    {"name": "reminders", "summary": "show what one will be reminded of",
     "examples": [{"line": ":reminders", "meaning": "show them"}]},
]


class Remind:
    """What is to be remembered: a number for each reminder, its time and its text."""

    def __init__(self):
        self.due = {}
        self.last = 0

    def say(self, method, **params):
        write({"jsonrpc": "2.0", "method": method, "params": params})

    def keep(self):
        self.say("state/set", key="due", value=self.due)

    def set_timer(self, number):
        after = max(0, int((self.due[number][0] - time.time()) * 1000))
        self.say("timer/set", timer=number, after_ms=after)

    def restore(self, kept):
        for number, (at, text) in (kept or {}).items():
            self.due[number] = [at, text]
            self.last = max(self.last, int(number))
            self.set_timer(number)

    def fire(self, number):
        if number in self.due:
            self.say("notify", text=self.due.pop(number)[1])
            self.keep()

    def run(self, command, arguments):
        if command == "reminders":
            lines = [f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(at))} {text}"
                     for at, text in sorted(self.due.values())]
            return {"show": lines or "no reminders"}
        self.last += 1
        number = str(self.last)
        self.due[number] = [time.time() + arguments["IN"] / 1000, arguments["TEXT"]]
        self.set_timer(number)
        self.keep()
        return {"show": f"reminder {number} is set"}


class Unknown(Exception):
    """A method that there isn't."""


def write(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def answer(remind, method, params):
    if method == "initialize":
        return {"protocol": 1, "name": "remind", "version": "1.0.0", "commands": COMMANDS}
    if method == "command/run":
        return remind.run(params["command"], params["arguments"])
    if method == "timer/fire":
        return remind.fire(params["timer"])
    if method in ("shutdown", "cancel"):
        return {}
    raise Unknown(method)


def take(remind, message):
    reply = {"jsonrpc": "2.0", "id": message.get("id")}
    try:
        reply["result"] = answer(remind, message["method"], message.get("params") or {})
    except Unknown as unknown:
        reply["error"] = {"code": -32601, "message": f"unknown method '{unknown}'"}
    except (KeyError, TypeError) as problem:
        reply["error"] = {"code": -32602, "message": f"expected other parameters: {problem}"}
    if "id" in message:
        write(reply)


def messages():
    """The messages of the host. What was kept is asked for first, and whatever comes before it waits."""
    waiting = None
    for line in sys.stdin:
        try:
            message = json.loads(line)
            if not isinstance(message, dict):
                raise ValueError("expected an object")
        except ValueError as problem:
            write({"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": str(problem)}})
            continue
        if waiting is not None and message.get("id") == "kept":
            yield message
            yield from waiting
            waiting = None
        elif waiting is not None:
            waiting.append(message)
        elif "method" in message:
            yield message
            if message["method"] == "initialize":
                write({"jsonrpc": "2.0", "id": "kept", "method": "state/get", "params": {"key": "due"}})
                waiting = []


def main():
    remind = Remind()
    for message in messages():
        if "method" not in message:
            remind.restore(message.get("result", {}).get("value"))
            continue
        take(remind, message)
        if message["method"] == "shutdown":
            return


main()
