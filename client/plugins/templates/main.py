#!/usr/bin/env python3
"""A plug-in: one JSON object a line on standard input and output."""
import json
import sys

COMMAND = {"name": "NAME", "summary": "greet somebody", "args": "[WHO:nick]",
           "examples": [{"line": ":NAME ann", "meaning": "greet ann"}]}

for line in sys.stdin:
    reply, error = {}, None
    try:
        request = json.loads(line)
        method, params = request.get("method"), request.get("params") or {}
        if method == "initialize":
            reply = {"protocol": 1, "name": "NAME", "version": "0.1.0", "commands": [COMMAND]}
        elif method == "command/run":
            reply = {"show": "hello, " + params["arguments"].get("WHO", "everyone")}
        elif method != "shutdown":
            error = {"code": -32601, "message": f"unknown method {method!r}"}
    except (ValueError, AttributeError) as problem:
        request, error = {"id": None}, {"code": -32700, "message": str(problem)}
    if "id" in request:
        answer = {"jsonrpc": "2.0", "id": request["id"]}
        answer.update({"error": error} if error else {"result": reply})
        print(json.dumps(answer), flush=True)
