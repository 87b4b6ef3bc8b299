#!/bin/sh
# Make sure that a Chromium and fonts for Latin, Cyrillic, Arabic and Chinese are there for the browser
# tests: installed ones, else Debian's packages.
wanted="chromium"
for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
  if command -v "$name" >/dev/null 2>&1; then wanted=""; fi
done
for pair in "DejaVu Sans:fonts-dejavu-core" "Noto Sans:fonts-noto-core" "Noto Sans CJK SC:fonts-noto-cjk"; do
  if [ -z "$(fc-list ":family=${pair%%:*}" 2>/dev/null)" ]; then wanted="$wanted ${pair##*:}"; fi
done
if [ -z "$wanted" ]; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing for the browser tests: $wanted fontconfig ..."
  # shellcheck disable=SC2086  # one word a package
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
     apt-get install -y -qq --no-install-recommends $wanted fontconfig >/dev/null; then
    exit 0
  fi
fi
case "$wanted" in
  *chromium*) echo "no Chrome or Chromium was found: install Chromium to run the browser tests (they are skipped)" >&2 ;;
  *) echo "fonts for the browser tests are missing, pages may look otherwise: install ${wanted# }" >&2 ;;
esac
exit 0
