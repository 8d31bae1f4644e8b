#!/bin/sh
# Installs Debian's Chromium if there is no browser and we may. Never fails: the tests that need one
# are reported as skipped without it.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1 && exit 0
fi
echo "There is no Chromium here and it cannot be installed: the browser tests are NOT RUN."
