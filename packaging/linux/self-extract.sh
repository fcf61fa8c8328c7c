#!/bin/sh
# Arvae Desktop @VERSION@ for Linux on @MACHINE@: one file that installs the program for this user.
#
#   sh @FILE@                    install into ~/.local
#   sh @FILE@ --prefix DIR       install below DIR
#   sh @FILE@ --extract DIR      only unpack into DIR
#   sh @FILE@ --run [ARGUMENT]…  run once without installing; what was unpacked is removed afterwards
#   sh @FILE@ --check            only check that the file is whole
set -eu

skip=@LINES@
sum=@SUM@
payload() { tail -n +"$skip" "$0"; }
whole() {
    command -v sha256sum >/dev/null || return 0
    [ "$(payload | sha256sum | cut -d' ' -f1)" = "$sum" ] || { echo "$0 is damaged: download it again" >&2; exit 1; }
}
unpack() { whole; mkdir -p "$1"; payload | tar -xJ --no-same-owner -C "$1" --strip-components=1; }

case ${1:-} in
    -h|--help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --check)
        command -v sha256sum >/dev/null || { echo "there is no sha256sum to check it with" >&2; exit 1; }
        whole; echo "whole"; exit 0 ;;
    --extract) [ $# -eq 2 ] || { echo "--extract needs a folder" >&2; exit 2; }; unpack "$2"; exit 0 ;;
esac
[ "$(uname -m)" = "@MACHINE@" ] || { echo "this file is for @MACHINE@, and this is $(uname -m)" >&2; exit 1; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/arvae-desktop.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
unpack "$folder"
if [ "${1:-}" = --run ]; then
    shift
    "$folder/files/bin/arvae-desktop" "$@"
else
    sh "$folder/install.sh" "$@"
fi
exit $?
