#!/bin/sh
# Stops everything before its files go. An upgrade does not stop the service: it restarts when the new files are there.
set -e

if [ -z "${DPKG_ROOT:-}" ] && [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop @STOPPED@ >/dev/null || true
fi
