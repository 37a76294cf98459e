#!/bin/sh
# CoachIQ @VERSION@ for Linux on @TARGET@: this file unpacks itself once into a private cache folder, then runs from
# there. It needs sh, gzip, tar, find and the core utilities, which every Debian has.
# What is unpacked is trusted only when it is ours alone, or root's, and complete and unchanged; else it is unpacked anew.
set -eu
umask 077
sha=@SHA@
offset=@OFFSET@
self=$0
user=$(id -u)

fail() {
  printf 'coachiq: %s\n' "$1" >&2
  exit 1
}

machine=$(uname -m)
case $machine in
  @TARGET@) ;;
  *) fail "this file is for @TARGET@, this machine is $machine: get coachiq-linux-$machine" ;;
esac

# A real folder of this owner and mode.
owner=$user
mode=700
is_closed() {
  [ -n "$(find "$1" -prune -type d -user "$owner" -perm "$mode" 2>/dev/null)" ]
}

# Every file with its size, inode, owner, mode and time of change: a write, a truncation or a copy changes it.
stamp() {
  (cd "$1" && TZ=UTC find . ! -type d ! -name .stamp -exec stat -c '%n %s %i %u %a %z' {} + | LC_ALL=C sort)
}

is_good() {
  is_closed "$1" && [ -f "$1/.stamp" ] && [ "$(stamp "$1")" = "$(cat "$1/.stamp")" ]
}

# What a power cut left half unpacked goes before more is written: the process whose number it has is gone.
sweep() {
  for half in "$1"/.unpack.*; do
    process=${half##*/.unpack.}
    [ -d "/proc/${process%%.*}" ] || rm -rf "$half"
  done
}

# One process at a time: who waited finds the work done.
unpack() {
  {
    flock 9 2>/dev/null || :
    is_good "$1/$sha" || unpack_alone "$1"
  } 9< "$1"
}

# A part of the payload, unpacked: START LENGTH. The sum that gzip keeps tells a damaged file; a second pass over it would
# cost a Pi as much again. A reader that went away (141) is the other's fault.
part() {
  dd if="$self" bs=@BLOCK_SIZE@ iflag=skip_bytes,count_bytes skip="$((offset - 1 + $1))" count="$2" |
    { gzip -dc || [ $? = 141 ] || : > "$work/.damaged"; }
}

program() {
  part "$1" "$2" | tar -xof - -C "$work"
}

# A part of the runtime goes to its place: START LENGTH BLOCK.
runtime() {
  part "$1" "$2" | dd of="$work/deno" bs=@BLOCK_SIZE@ seek="$3" conv=notrunc
}

# A part that is not compressed, because it would hardly be smaller: START LENGTH BLOCK MD5.
stored() {
  dd if="$self" of="$work/deno" bs=@BLOCK_SIZE@ iflag=skip_bytes,count_bytes skip="$((offset - 1 + $1))" count="$2" \
    seek="$3" conv=notrunc || return 1
  found=$(dd if="$work/deno" bs=@BLOCK_SIZE@ iflag=count_bytes skip="$3" count="$2" | md5sum)
  [ "${found%% *}" = "$4" ] || : > "$work/.damaged"
}

unpack_alone() {
  sweep "$1"
  # What is there is not good. Whoever runs from it finds the same in its place a moment later.
  runs "$1/$sha" || remove "$1"
  work=$(mktemp -d "$1/.unpack.$$.XXXXXX") || return 1
  failed=
  parts=
  trap 'wait; rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  # All at once, each on a core of its own: unpacking is what a first start takes longest for.
  while read -r what; do
    $what 2>/dev/null < /dev/null &
    parts="$parts $!"
  done << END
@PARTS@
END
  for one in $parts; do wait "$one" || failed=yes; done
  [ ! -e "$work/.damaged" ] || fail "this file is damaged: its content is not what was built; copy it again"
  [ -z "$failed" ] || fail "cannot unpack into $1: is the disk full?"
  chmod 700 "$work/deno"
  # A mount that forbids execution: the next place may allow it.
  if ! [ -x "$work/deno" ]; then
    rm -rf "$work"
    trap - EXIT HUP INT TERM
    return 1
  fi
  if [ "$mode" = 755 ]; then chmod -R go=u-w "$work"; fi
  { find "$work" -type f -exec sync {} + || sync; } 2>/dev/null
  stamp "$work" > "$work/.stamp"
  if [ "$mode" = 755 ]; then chmod 644 "$work/.stamp"; fi
  # Where there is no flock another may have come first, and its work is as good.
  is_good "$1/$sha" || put "$1"
  rm -rf "$work"
  trap - EXIT HUP INT TERM
  for old in "$1"/*; do
    case $old in */deno | */"$sha") continue ;; esac
    if [ -n "$(find "$old" -prune -type d -mtime +30 2>/dev/null)" ] && ! runs "$old"; then rm -rf "$old"; fi
  done
}

# Moved away before it is deleted, so that no half of it is ever in place.
remove() {
  if mv -T "$1/$sha" "$1/.unpack.$$" 2>/dev/null; then rm -rf "${1:?}/.unpack.$$"; fi
}

put() {
  mv -T "$1/$sha" "$1/.unpack.$$" 2>/dev/null || :
  mv -T "$work" "$1/$sha" 2>/dev/null || :
  rm -rf "${1:?}/.unpack.$$"
}

# Somebody runs what is in this folder.
runs() {
  for program in /proc/[0-9]*/exe; do
    case $(readlink "$program" 2>/dev/null) in "$1"/*) return 0 ;; esac
  done
  return 1
}

# The runtime reads a program through for what it imports, once, and keeps what it found. That takes 100 MB, which a
# server that did it would never give back: a process of its own does it. Without it all works the same.
read_ahead() {
  if [ -e "$DENO_DIR/read-$sha" ] || ! [ -w "$home" ]; then return; fi
  "$app/deno" cache --quiet --no-config --no-lock --no-npm --no-remote "$app/main.js" > /dev/null 2>&1 < /dev/null || :
  { rm -f "$DENO_DIR"/read-* && touch "$DENO_DIR/read-$sha"; } 2>/dev/null || :
}

# A folder that this user owns: nobody else can put another in the place of what is in it.
is_ours() {
  [ -n "$(find "$1" -prune -type d -user "$user" 2>/dev/null)" ]
}

refused=
try() {
  case $1 in /*) ;; *) return 1 ;; esac
  [ -d "$1" ] || mkdir -p "$1" 2>/dev/null || return 1
  if ! is_closed "$1"; then
    chmod "$mode" "$1" 2>/dev/null || :
    if ! is_closed "$1"; then
      refused="$1: it must be a folder of user $owner with mode $mode"
      return 1
    fi
  fi
  if [ -z "$app" ]; then
    [ -w "$1" ] || is_good "$1/$sha" || return 1
    is_good "$1/$sha" || unpack "$1" || return 1
    is_good "$1/$sha" || return 1
    app=$1/$sha
  fi
  home=$1
}

# What root has unpacked is for everybody: nobody else can write there.
roots=/var/cache/coachiq-root
try_roots() {
  owner=0
  mode=755
  if [ "$user" != 0 ]; then
    if is_closed "$roots" && is_good "$roots/$sha" && [ -x "$roots/$sha/deno" ]; then app=$roots/$sha; fi
  elif try "$roots"; then
    return
  fi
  owner=$user
  mode=700
  return 1
}

# Below a folder of the user's choice, which is theirs.
try_below() {
  case $1 in /*) ;; *) return 1 ;; esac
  [ -d "$1" ] || mkdir -p "$1" 2>/dev/null || return 1
  is_ours "$1" && try "$1/$2"
}

# Who is about to install this file asks for it: what was unpacked before may have come from another that is whole.
if [ -n "${CHECK_WHOLE_FILE:-}" ]; then
  unset CHECK_WHOLE_FILE
  [ "$(tail -c "+$offset" "$self" | sha256sum | cut -c 1-64)" = "$sha" ] ||
    fail "this file is damaged: its content is not what was built; copy it again"
fi

# The service's folder is /var/cache/coachiq, and the service's user uses it from the command line too. Root has its
# own, so that root's files are never in the service's way.
home=
app=
if [ "$user" != 0 ]; then try_roots || :; fi
if [ -n "${CACHE_DIRECTORY:-}" ] && try "${CACHE_DIRECTORY%%:*}"; then :
elif [ -n "${XDG_CACHE_HOME:-}" ] && try_below "$XDG_CACHE_HOME" coachiq; then :
elif [ "$user" = 0 ] && try_roots; then :
elif [ "$user" != 0 ] && is_closed /var/cache/coachiq && try /var/cache/coachiq; then :
elif [ "$user" != 0 ] && [ -n "${HOME:-}" ] && [ -d "$HOME" ] && try_below "$HOME" .cache/coachiq; then :
elif try "${TMPDIR:-/tmp}/coachiq-$user"; then :
elif [ -n "$app" ]; then home=$roots
elif [ -n "$refused" ]; then
  fail "cannot use $refused; remove it, or set XDG_CACHE_HOME"
else
  fail "cannot unpack: no folder can be written that allows execution; set XDG_CACHE_HOME to one"
fi

DENO_DIR=$home/deno
DENO_NO_UPDATE_CHECK=1
export DENO_DIR DENO_NO_UPDATE_CHECK
case ${1:-serve} in
  serve | --*) read_ahead ;;
esac
# What sets up the machine may start programs, and is told which file it is.
may_start=
case ${1:-} in
  @SETUP_COMMANDS@)
    command=$1
    shift
    set -- "$command" --self "$(readlink -f -- "$self")" "$@"
    may_start='@SETUP_PERMISSIONS@'
    ;;
esac
# What a command does not load is not looked at for it.
exec "$app/deno" run @RUNTIME_FLAGS@ --unstable-lazy-dynamic-imports --quiet --no-config --no-lock --no-npm --no-remote \
  --cached-only --no-check @PERMISSIONS@ $may_start "$app/main.js" "$@"
# The payload follows.
