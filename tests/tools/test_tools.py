"""The scripts of tools/ that `make` runs before the tests."""

import shutil
import subprocess

import pytest

FONTS = {
    "DejaVu Sans": "fonts-dejavu-core",
    "Noto Sans": "fonts-noto-core",
    "Noto Sans CJK SC": "fonts-noto-cjk",
}

#: Chromium without windows.
SHELL = "chromium-headless-shell"


@pytest.fixture
def prepare(root, tmp_path):
    """Run tools/chromium.sh on a machine with these programs, families of fonts and this user."""
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("there is no sh")

    def go(browser: str, families, user: int, works: bool = True):
        asked = tmp_path / "asked"
        families = "".join(f'":family={family}") echo {family!r} ;; ' for family in families)
        programs = {
            "id": f"echo {user}",
            "fc-list": f'case "$1" in {families} *) ;; esac',
            "apt-get": f'echo "$@" >> "{asked}"; exit {0 if works else 1}',
        } | ({browser: ""} if browser else {})
        for name in ("chromium", SHELL):
            (tmp_path / name).unlink(missing_ok=True)
        for name, text in programs.items():
            (tmp_path / name).write_text(f"#!{shell}\n{text}\n", "utf-8")
            (tmp_path / name).chmod(0o755)
        done = subprocess.run(
            [shell, root / "tools" / "chromium.sh"], env={"PATH": str(tmp_path)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        installs = asked.read_text("utf-8").splitlines()[1:] if asked.exists() else []
        return {word for line in installs for word in line.split() if word[0] != "-"}, done.stderr

    return go


@pytest.mark.parametrize(
    ("browser", "families", "installed"),
    [
        (SHELL, FONTS, set()),
        (SHELL, [], {"install", "fontconfig", *FONTS.values()}),
        (SHELL, ["DejaVu Sans", "Noto Sans"], {"install", "fontconfig", "fonts-noto-cjk"}),
        ("chromium", FONTS, {"install", SHELL}),
        ("", FONTS, {"install", SHELL}),
    ],
)
def test_what_is_missing_of_browser_and_fonts_is_installed(prepare, browser, families, installed):
    assert prepare(browser, families, user=0) == (installed, "")


@pytest.mark.parametrize(("user", "works"), [(1000, True), (0, False)])
def test_where_it_cannot_be_installed_it_is_said(prepare, user, works):
    said = prepare("chromium", ["DejaVu Sans", "Noto Sans"], user, works)[1]
    assert "fonts" in said
    assert said.rstrip().endswith("install fonts-noto-cjk")
    assert "they are skipped" in prepare("", FONTS, user, works)[1]
