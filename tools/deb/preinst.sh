#!/bin/sh
# Refuses where the single file was installed by itself: its units would stand before those of the package.
set -e

if [ "$1" = install ] && [ -e @LOCAL@ ]; then
  echo "coachiq: @LOCAL@ is there, made by \"coachiq install\"." >&2
  echo "Take it away first (your data and settings stay): sudo coachiq uninstall" >&2
  exit 1
fi
