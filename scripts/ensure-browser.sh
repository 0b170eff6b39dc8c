#!/bin/sh
# See to it that a Chromium is there for the tests of the site, or say in one sentence what to do.
set -eu

for name in chromium-headless-shell chromium; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "the tests of the site need a browser; install Chromium (on Debian: sudo apt-get install chromium), then run make test again" >&2
    exit 1
fi
echo "installing Chromium"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# The first has no window to show, and the tests take two thirds of the time in it; older releases have the second only.
name=chromium-headless-shell
apt-cache show "$name" >/dev/null 2>&1 || name=chromium
apt-get install -y -qq --no-install-recommends "$name" >/dev/null
