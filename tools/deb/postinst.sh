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

# Room in memory for the live databases, MiB; nothing: as the package has it.
live_megabytes() {
  sed -n 's/^[[:space:]]*\(persistence\.\)\{0,1\}live_megabytes[[:space:]]*=[[:space:]]*+\{0,1\}\([0-9][0-9_]*\).*$/\2/p' \
    "$settings" 2>/dev/null | tail -n 1 | tr -d _
}

# One drop-in that says a size, or none.
size_dropin() {
  if [ -n "$2" ]; then
    mkdir -p "${1%/*}"
    printf '# Of live_megabytes in %s; written when the package is configured.\n%s\n' "$settings" "$2" >"$1"
  else
    rm -f "$1"
    if [ -d "${1%/*}" ]; then rmdir --ignore-fail-on-non-empty "${1%/*}"; fi
  fi
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

  live=
  if [ "$(storage_profile)" = sdcard ]; then live=$(live_megabytes); fi
  size_dropin @LIVESIZE@ "${live:+[Mount]
Options=$(echo '@LIVEOPTIONS@' | sed "s/=@LIVEMIB@M,/=${live}M,/")}"
  size_dropin @SERVERSIZE@ "${live:+[Service]
MemoryMax=$((@SERVERMIB@ + ${live:-0}))M}"
  size_dropin @SYNCSIZE@ "${live:+[Service]
MemoryMax=$((@SYNCMIB@ + ${live:-0}))M}"

  # Before the service: it may be told to listen on port 80, which the kernel keeps for root else.
  if [ -d /run/systemd/system ]; then
    /usr/lib/systemd/systemd-sysctl 60-coachiq.conf || true
  fi

  deb-systemd-helper unmask @SERVER@ >/dev/null || true
  if deb-systemd-helper --quiet was-enabled @SERVER@; then
    deb-systemd-helper enable @SERVER@ >/dev/null || true
  else
    deb-systemd-helper update-state @SERVER@ >/dev/null || true
  fi
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    # Mounted anew it would be empty.
    if [ "$(storage_profile)" = sdcard ] && mountpoint -q @LIVE@; then
      mount -o "remount,size=${live:-@LIVEMIB@}M" @LIVE@ || true
    fi
    if [ -n "$2" ]; then action=restart; else action=start; fi
    deb-systemd-invoke "$action" @SERVER@ >/dev/null || true
  fi
  ;;
esac
