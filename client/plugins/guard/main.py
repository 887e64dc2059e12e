#!/usr/bin/env python3
"""Judges what is about to be sent: what seems to hold a secret is held back."""
import json
import re
import sys

SECRETS = [
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"), "a private key"),
    (re.compile(r"\b(?:ghp|gho|ghs)_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{22,}"), "a token of GitHub"),
    (re.compile(r"\bAKIA[0-9A-Z]{16}\b"), "a key of AWS"),
    (re.compile(r"\bxox[abpr]-[A-Za-z0-9-]{10,}"), "a token of Slack"),
    (re.compile(r"(?i)\bpass(?:word|wd|phrase)?\s*[:=]\s*\S+"), "a password"),
]


def judge(text):
    for secret, name in SECRETS:
        if secret.search(text):
            return {"action": "drop", "text": f"it seems to hold {name}"}
    return {"action": "pass"}


def answer(method, params):
    if method == "initialize":
        return {"protocol": 1, "name": "guard", "version": "1.0.0", "hooks": [{"on": "message.out"}]}
    if method == "hook/message.out":
        return judge(params["text"])
    if method == "shutdown":
        return {}
    return None


def main():
    for line in sys.stdin:
        reply = {"jsonrpc": "2.0", "id": None}
        method = None
        try:
            message = json.loads(line)
            method, reply["id"] = message.get("method"), message.get("id")
            result = answer(method, message.get("params") or {})
            if result is None:
                reply["error"] = {"code": -32601, "message": f"unknown method {method!r}"}
            else:
                reply["result"] = result
        except (ValueError, AttributeError, KeyError, TypeError) as problem:
            reply["error"] = {"code": -32700, "message": str(problem)}
        if reply["id"] is not None or "error" in reply and method is None:
            sys.stdout.write(json.dumps(reply) + "\n")
            sys.stdout.flush()
        if method == "shutdown":
            return


main()
