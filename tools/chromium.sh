#!/bin/sh
# Make sure that a Chromium and fonts for Latin, Cyrillic, Arabic and Chinese are there for the browser
# tests: installed ones, else Debian's packages. Chromium without windows halves the time of those
# tests, and is asked for also where there is another; Chromium itself, where there is none of it.
has() { command -v "$1" >/dev/null 2>&1; }
browser() {
  for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    if has "$name"; then return 0; fi
  done
  return 1
}
install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}
missing=""
browser || missing=yes
fonts=""
for pair in "DejaVu Sans:fonts-dejavu-core" "Noto Sans:fonts-noto-core" "Noto Sans CJK SC:fonts-noto-cjk"; do
  if [ -z "$(fc-list ":family=${pair%%:*}" 2>/dev/null)" ]; then fonts="$fonts ${pair##*:}"; fi
done
if has chromium-headless-shell && [ -z "$fonts" ]; then exit 0; fi
if has apt-get && [ "$(id -u)" = 0 ]; then
  echo "installing for the browser tests: chromium-headless-shell$fonts ..."
  apt-get update -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=20 >/dev/null 2>&1
  if ! has chromium-headless-shell && install chromium-headless-shell; then missing=""; fi
  if [ -n "$missing" ] && install chromium; then missing=""; fi
  # shellcheck disable=SC2086  # one word a package
  if [ -z "$fonts" ] || install $fonts fontconfig; then fonts=""; fi
fi
[ -z "$missing" ] || echo "no Chrome or Chromium was found: install Chromium to run the browser tests (they are skipped)" >&2
[ -z "$fonts" ] || echo "fonts for the browser tests are missing, pages may look otherwise: install$fonts" >&2
exit 0
