"""Every environment variable that the product reads."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable, what holds without it, and what it means."""

    name: str
    default: str
    meaning: str


SETTINGS: Final = (
    Setting(
        "QUANQU_HOME",
        "the platform's user data folder",
        "The one folder that holds everything: database, lake, logs, keys.",
    ),
    Setting(
        "DATABASE_URL",
        "the embedded server",
        "A PostgreSQL of yours, 16 or newer: postgresql://user:password@host:5432/database.",
    ),
    Setting(
        "QUANQU_HOSTS",
        "127.0.0.1,localhost",
        "The host names the web server answers to, with commas between.",
    ),
    Setting(
        "QUANQU_BIND",
        "127.0.0.1:8000",
        "Where the web server listens when it is run alone (`quanqu up` sets it from --port).",
    ),
    Setting("QUANQU_WEB_WORKERS", "2", "Processes of the web server."),
    Setting("QUANQU_WEB_THREADS", "4", "Threads in each of them."),
    Setting("QUANQU_WORKER_JOBS", "4", "Jobs that the worker runs at a time."),
    Setting(
        "QUANQU_SECRET_KEY",
        "made once, in the home's keys",
        "The key that signs sessions; the same on every machine that serves one installation.",
    ),
    Setting(
        "QUANQU_DATA_KEY",
        "made once, in the home's keys",
        "The key under which personal data is encrypted and hashed; the same on every machine.",
    ),
    Setting(
        "QUANQU_LAKE",
        "the folder `lake` in the home",
        "Where the lake is: a folder, or the URL of an object store (s3://bucket/path).",
    ),
    Setting(
        "QUANQU_ENGINE",
        "duckdb",
        "The analytical engine: duckdb, or the address of a Spark Connect server (sc://host:port).",
    ),
    Setting(
        "QUANQU_STATIC_ROOT",
        "served from the packages",
        "A folder with collected static files.",
    ),
    Setting(
        "QUANQU_METRICS_TOKEN",
        "only this machine may read them",
        "A token with which /metrics may be read from elsewhere (Authorization: Bearer).",
    ),
    Setting(
        "QUANQU_URL",
        "http on this machine",
        "The address people type, such as https://console.example.com; https makes cookies safe.",
    ),
    Setting(
        "QUANQU_TRUST_PROXY",
        "0",
        "How many proxies of yours stand before it (usually 1): their X-Forwarded-For and "
        "X-Forwarded-Proto are believed.",
    ),
    Setting(
        "QUANQU_API_RATE",
        "300/30",
        "Calls in a burst / calls a second of each key, person or unknown address.",
    ),
    Setting(
        "QUANQU_SMTP_URL",
        "no mail is sent",
        "smtp://user:password@host:587, or smtps:// for TLS from the start.",
    ),
    Setting(
        "QUANQU_WAREHOUSE_HOSTS",
        "any host",
        "Hosts that data warehouses may be read from, separated by commas, and no other then.",
    ),
    Setting(
        "QUANQU_WEBHOOK_HOSTS",
        "none",
        "Hosts (or host:port), with commas between, that webhooks may call though they "
        "are inside a network or without https.",
    ),
    Setting("QUANQU_MAIL_FROM", "quanqu@localhost", "The sender of mails to staff."),
    Setting("QUANQU_LOG", "readable lines", "json writes logs as JSON, one object a line."),
    Setting("QUANQU_LOG_LEVEL", "INFO", "The least important level that is logged."),
    Setting("QUANQU_DEBUG", "off", "1 shows tracebacks. Never on a server that others reach."),
    Setting("QUANQU_PYTHON", "python3", "The Python with which `./quanqu` makes the environment."),
    Setting("QUANQU_CHROMIUM", "/usr/bin/chromium", "The browser of the browser tests."),
    Setting(
        "QUANQU_SHARED_DATA",
        "../shared/data",
        "The folder of the public data sets that the proof tests and benchmarks read.",
    ),
    Setting(
        "QUANQU_FUZZ_EXAMPLES",
        "a few",
        "How many calls of each operation the API's fuzz test tries; more values too.",
    ),
)
