#!/bin/sh
# Stops everything before its files go. An upgrade does not stop the service: it restarts when the new files are there.
set -e

if [ -z "${DPKG_ROOT:-}" ] && [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop @STOPPED@ >/dev/null || true
  # What the server could not copy to the card at its stop is in memory alone.
  if mountpoint -q @LIVE@; then
    if runuser -u @USER@ -- env CACHE_DIRECTORY=@CACHE@ @PROGRAM@ sync >/dev/null; then
      deb-systemd-invoke stop @LIVEMOUNT@ >/dev/null || true
    else
      echo "coachiq: what is in @LIVE@ could not be copied to the card; it stays there until the machine is switched off." >&2
    fi
  fi
fi
