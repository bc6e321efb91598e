"""What other packages may use of the home folder."""

from quanqu.infra.home.contracts import FOLDERS, Home
from quanqu.infra.home.layout import home_path, open_home, secret

__all__ = ["FOLDERS", "Home", "home_path", "open_home", "secret"]
