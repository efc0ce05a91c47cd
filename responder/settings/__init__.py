"""What a user may configure: the only reader of files and environment."""

from responder.settings.load import Loaded, Settings, load, read_account, shipped_config
from responder.settings.masked import masked

__all__ = ["Loaded", "Settings", "load", "masked", "read_account", "shipped_config"]
