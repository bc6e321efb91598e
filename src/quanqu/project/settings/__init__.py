"""Settings: everything that differs between installations comes from the environment."""

from quanqu.project.settings.base import *  # noqa: F403 - a settings module is a namespace
from quanqu.project.settings.screens import *  # noqa: F403
from quanqu.project.settings.security import *  # noqa: F403
from quanqu.project.settings.service import *  # noqa: F403
from quanqu.project.settings.sign_in import *  # noqa: F403
