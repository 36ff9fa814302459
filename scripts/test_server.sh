#!/bin/sh
exec node "$(dirname "$0")/test-server.mjs" "$@"
