"""The application inside a web worker, which ends when the server over it is gone."""

import os
import signal
import sys
from importlib import import_module

from quanqu.infra.home.facade import open_home
from quanqu.infra.process.facade import FileLock, die_with_parent, loading

__all__ = ["application"]

_SWITCH_S = 0.000_5  # the gateway's thread has little to do, and each answer waits for it

die_with_parent(signal.SIGKILL, parent=int(os.environ["QUANQU_WEB_SERVER_PID"]))

# One worker loads after the other: the first answers sooner than both would at the same time.
with FileLock(open_home().run / "web-loading.lock"), loading():
    served = import_module("quanqu.project.wsgi").application
    gateway = import_module("quanqu.project.gateway")
    lean = import_module("quanqu.doors.api.lean")
    lean.load()  # the pages too: now, not in the first request

sys.setswitchinterval(_SWITCH_S)
together = import_module("quanqu.project.together").Together(lean.is_lean, lean.answer_together)
threads = int(os.environ.get("QUANQU_WEB_THREADS", "4"))
application = gateway.Gateway(served, threads=threads, together=together)
