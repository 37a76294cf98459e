#!/bin/sh
# Takes away what the package made by itself. Data and settings go on purge alone.
set -e

dropin=@DROPIN@

case $1 in
remove)
  # The unpacked program, that of the service and that of root.
  rm -rf @CACHE@ @CACHE@-root
  if [ "$(readlink "$dropin")" = @SDCARD@ ]; then
    rm -f "$dropin"
    rmdir --ignore-fail-on-non-empty "${dropin%/*}"
  fi
  for size in @LIVESIZE@ @SERVERSIZE@ @SYNCSIZE@; do
    rm -f "$size"
    if [ -d "${size%/*}" ]; then rmdir --ignore-fail-on-non-empty "${size%/*}"; fi
  done
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
  fi
  ;;
purge)
  if command -v deb-systemd-helper >/dev/null; then
    deb-systemd-helper purge @SERVER@ >/dev/null || true
  fi
  if mountpoint -q @LIVE@; then umount @LIVE@ || true; fi
  # The user stays, as Debian's practice is: a file of it elsewhere must not become another user's.
  # A disk that is mounted there stays, empty.
  rm -rf --one-file-system @DATA@ 2>/dev/null || true
  rm -rf @ETC@
  ;;
esac
