#!/bin/sh
# Makes the user and the folders, and starts the service. The order and the conditions are those of debhelper.
set -e

settings=@SETTINGS@
dropin=@DROPIN@

# What the settings say of how data is kept; the last word counts, nothing is "ssd".
storage_profile() {
  sed -n 's/^[[:space:]]*\(persistence\.\)\{0,1\}storage_profile[[:space:]]*=[[:space:]]*["'\'']\([a-z]*\)["'\''].*$/\2/p' \
    "$settings" 2>/dev/null | tail -n 1
}

case $1 in
configure | abort-upgrade | abort-deconfigure | abort-remove)
  systemd-sysusers ${DPKG_ROOT:+--root="$DPKG_ROOT"} coachiq.conf
  systemd-tmpfiles ${DPKG_ROOT:+--root="$DPKG_ROOT"} --create coachiq.conf || true

  # With "sdcard" the live databases are in a file system in memory; after a change: dpkg-reconfigure coachiq.
  if [ "$(storage_profile)" = sdcard ]; then
    mkdir -p "${dropin%/*}"
    ln -sfn @SDCARD@ "$dropin"
  elif [ "$(readlink "$dropin")" = @SDCARD@ ]; then
    rm -f "$dropin"
    rmdir --ignore-fail-on-non-empty "${dropin%/*}"
    # The file system in memory stays until the machine starts anew: nothing that may be in it alone is thrown away.
    if [ -d /run/systemd/system ]; then
      deb-systemd-invoke stop @TIMER@ >/dev/null || true
    fi
  fi

  deb-systemd-helper unmask @SERVER@ >/dev/null || true
  if deb-systemd-helper --quiet was-enabled @SERVER@; then
    deb-systemd-helper enable @SERVER@ >/dev/null || true
  else
    deb-systemd-helper update-state @SERVER@ >/dev/null || true
  fi
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    if [ -n "$2" ]; then action=restart; else action=start; fi
    deb-systemd-invoke "$action" @SERVER@ >/dev/null || true
  fi
  ;;
esac
