#!/usr/bin/env python3
"""Everything that is done to Whence by hand or by a machine, with nothing but Python 3.11 and pip.

  run [--port N] [--host H]   serve the API on SQLite, with the example dossier
  test [--slow] [pytest …]    every test, on SQLite and on a PostgreSQL that comes along
  bench [NAME] […]            measure: hot_claim, or what is named; each file in benchmarks/ is one
  check                       lint, layout, types, imports, contract, lock, addresses: all must hold
  format                      put the code into its one layout
  openapi                     write openapi/openapi.json anew
  lock                        pin the newest release of every dependency, for every platform

What a command needs is installed first, from the lock, into .dev/ and nowhere else.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

if sys.version_info < (3, 11):  # noqa: UP036  whoever has an older one is told so
    sys.exit(f"Whence needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")

HERE = Path(__file__).resolve().parent
INSTALLED = HERE / ".dev"
CACHE = INSTALLED / "cache"
RUNTIME = HERE / "requirements" / "runtime.txt"
DEVELOPMENT = HERE / "requirements" / "dev.txt"
REGISTRIES = re.compile(r"py[p]i\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|deb\.debia[n]\.org")
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"


def main() -> None:
    """Do what the command line asks for; exit as the tool that does it exits."""
    program, layout = "python3 dev.py", argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(usage=f"{program} command", description=__doc__, formatter_class=layout)
    commands = parser.add_subparsers(dest="command", required=True, prog=program, help=argparse.SUPPRESS)
    running = commands.add_parser("run")
    running.add_argument("--port", help="the port to listen on, instead of WHENCE_PORT")
    running.add_argument("--host", help="the address to listen on, instead of WHENCE_HOST")
    testing = commands.add_parser("test")
    testing.add_argument("--slow", action="store_true", help="the long campaigns too")
    commands.add_parser("bench", add_help=False)
    chores = {"check": check, "format": format_code, "openapi": openapi, "lock": lock}
    for name in chores:
        commands.add_parser(name)

    asked, rest = parser.parse_known_args()
    if rest and asked.command not in ("test", "bench"):
        parser.error(f"{asked.command} does not take {' '.join(rest)}")
    os.chdir(HERE)
    if asked.command == "run":
        run(asked.host, asked.port)
    if asked.command == "test":
        test(rest, slow=asked.slow)
    if asked.command == "bench":
        bench(rest)
    sys.exit(chores[asked.command]())


def run(host: str | None, port: str | None) -> NoReturn:
    """Become the server, so that signals reach it."""
    said = {"WHENCE_HOST": host, "WHENCE_PORT": port}
    variables = {name: value for name, value in said.items() if value is not None}
    become(RUNTIME, "-m", "api.cli", "serve", "--demo", **variables)


def test(wanted: Sequence[str], *, slow: bool) -> NoReturn:
    """Become pytest; a run of everything takes a process more than there are cores, as many a test waits for a server.

    Each file stays in one, as its tests share servers and stores; they are begun in the order that tests/ gives them.
    """
    processes = (os.cpu_count() or 1) + 1
    everything = [] if wanted else [f"--numprocesses={processes}", "--dist=loadfile", "--no-loadscope-reorder"]
    quick = [] if slow else ["-m", "not slow"]
    become(DEVELOPMENT, "-m", "pytest", *everything, *quick, *wanted)


def bench(rest: Sequence[str]) -> NoReturn:
    """Become a benchmark: the one that is named first, else that of the hot claim."""
    known = sorted(file.stem for file in (HERE / "benchmarks").glob("*.py"))
    name, *arguments = rest if rest and rest[0] in known else ["hot_claim", *rest]
    become(DEVELOPMENT, f"benchmarks/{name}.py", *arguments)


def check() -> int:
    """Say which of the rules hold; 1 if any does not."""
    rules: dict[str, Callable[[], bool]] = {
        "lint": lambda: python("-m", "ruff", "check", "."),
        "layout": lambda: python("-m", "ruff", "format", "--check", "."),
        "types": lambda: python("-m", "mypy"),
        "imports": lambda: python("-c", LINT_IMPORTS, "--no-logo", "--cache-dir", str(CACHE / "imports")),
        "contract": lambda: python("-m", "api.cli", "openapi", "--check"),
        "lock": lock_is_current,
        "addresses": no_registry_is_named,
    }
    broken = []
    for name, holds in rules.items():
        print(f"── {name}", flush=True)
        if not holds():
            broken.append(name)
    print(f"── does not hold: {', '.join(broken)}" if broken else "── everything holds")
    return 1 if broken else 0


def format_code() -> int:
    """Put the code into its one layout; 1 if lint has more to say than it can mend."""
    mended = python("-m", "ruff", "check", "--fix", ".")
    return 0 if python("-m", "ruff", "format", ".") and mended else 1


def openapi() -> int:
    """Write openapi/openapi.json anew."""
    return 0 if python("-m", "api.cli", "openapi") else 1


def lock() -> int:
    """Pin the newest release of every dependency, for every platform and Python at once, with hashes."""
    INSTALLED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="making-", dir=INSTALLED) as making:
        pip_install(Path(making) / "uv", "uv")
        compiled = Path(making) / "compiled.txt"  # for both: the second keeps to the first one's pins
        compiling = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--no-config", "--quiet"]
        compiling += ["--universal", "--python-version=3.11", "--generate-hashes", "--no-header"]
        environment = os.environ | {"PYTHONPATH": str(Path(making) / "uv")}
        for pins, extent in (DEVELOPMENT, ["--group=dev"]), (RUNTIME, []):
            subprocess.run([*compiling, *extent, f"--output-file={compiled}"], env=environment, check=True)
            pins.write_text(f"{stamp()}\n{compiled.read_text('utf-8')}", "utf-8")
    return 0


def stamp() -> str:
    """Return the first line of a lock: the digest of the wishes in pyproject.toml that it answers."""
    import tomllib  # here, because an older Python must get as far as the sentence about its age

    with open("pyproject.toml", "rb") as file:
        told = tomllib.load(file)
    wishes = [told["project"]["requires-python"], told["project"]["dependencies"], told["dependency-groups"]]
    digest = hashlib.sha256(json.dumps(wishes).encode()).hexdigest()
    return f"# Compiled by dev.py lock from the dependencies in pyproject.toml; their digest: {digest[:16]}"


def lock_is_current() -> bool:
    """Say whether both locks answer the dependencies that pyproject.toml has now."""
    stale = [pins.name for pins in (RUNTIME, DEVELOPMENT) if not pins.read_text("utf-8").startswith(stamp())]
    if stale:
        print(f"pyproject.toml has changed since {' and '.join(stale)}: run python3 dev.py lock")
    return not stale


def no_registry_is_named() -> bool:
    """Say whether the repository names no package registry: whoever installs chooses theirs."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, check=True, stdout=subprocess.PIPE, text=True).stdout.split("\0")
    files = [Path(name) for name in names if Path(name).is_file()]
    naming = [str(file) for file in files if REGISTRIES.search(file.read_text("utf-8", errors="replace"))]
    if naming:
        print(f"a package registry is named in {', '.join(naming)}")
    return not naming


def python(*arguments: str) -> bool:
    """Run Python with all that a developer needs; say whether it ended well."""
    return subprocess.call([sys.executable, *arguments], env=surroundings(DEVELOPMENT)) == 0


def become(pins: Path, *arguments: str, **variables: str) -> NoReturn:
    """Replace this process by Python with these arguments, the pinned packages and these variables."""
    environment = surroundings(pins) | variables
    if os.name == "nt":  # there, exec starts a stranger and returns to the prompt
        sys.exit(subprocess.call([sys.executable, *arguments], env=environment))
    os.execve(sys.executable, [sys.executable, *arguments], environment)


def surroundings(pins: Path) -> dict[str, str]:
    """Return the environment in which the pinned packages are found, also by processes of processes."""
    changed = {
        "PYTHONPATH": os.pathsep.join([str(HERE), str(installed(pins))]),
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "",  # it goes where it is in nobody's way, and starts are twice as fast
        "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode"),
    }
    colours = {} if sys.stdout.isatty() else {"NO_COLOR": "1"}
    return os.environ | changed | colours


def installed(pins: Path) -> Path:
    """Return the folder with the pinned packages for this Python; make it whole or not at all."""
    family = f"{pins.stem}-{sys.implementation.cache_tag}-{sysconfig.get_platform()}-"
    folder = INSTALLED / (family + hashlib.sha256(pins.read_bytes()).hexdigest()[:12])
    if folder.is_dir():
        return folder
    print(f"Installing {pins.relative_to(HERE)} into .dev/, once …", file=sys.stderr, flush=True)
    INSTALLED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="making-", dir=INSTALLED) as making:
        whole = Path(making) / "whole"
        pip_install(whole, "--require-hashes", "--no-deps", "--requirement", str(pins))
        try:
            whole.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another run was quicker, with the same packages
                raise
    abandoned = [old for old in INSTALLED.glob("making-*") if time.time() - old.stat().st_mtime > 3600]
    for old in {*INSTALLED.glob(family + "*"), *abandoned} - {folder}:
        shutil.rmtree(old, ignore_errors=True)
    return folder


def pip_install(target: Path, *wanted: str) -> None:
    """Install into a folder of our own, whatever pip is used to do on this machine."""
    ours = os.environ | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    command = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-compile"]
    command += ["--disable-pip-version-check", "--root-user-action=ignore", "--target", str(target), *wanted]
    ended = subprocess.call(command, env=ours, stdin=subprocess.DEVNULL)
    if ended:
        sys.exit(f"This did not end well ({ended}): {' '.join(command)}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as failed:
        sys.exit(failed.returncode)
    except FileNotFoundError as missing:
        sys.exit(f"{missing.filename} is not here.")
