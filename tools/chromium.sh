#!/bin/sh
# Make sure that a Chromium is there for the browser tests: an installed one, else Debian's package.
for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing Chromium for the browser tests ..."
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
     apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-noto-core fonts-noto-cjk >/dev/null; then
    exit 0
  fi
fi
echo "no Chrome or Chromium was found: install Chromium to run the browser tests (they are skipped)" >&2
exit 0
