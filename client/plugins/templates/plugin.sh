#!/bin/sh
# salon: command=NAME args="[WHO:nick]" summary="greet somebody" output=send
# salon: example=":NAME ann"
echo "hello, ${1:-everyone}"
