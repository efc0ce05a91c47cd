"""What a user may configure: the only reader of files and environment."""

from responder.settings.load import Loaded, Settings, load, shipped_config
from responder.settings.masked import masked

__all__ = ["Loaded", "Settings", "load", "masked", "shipped_config"]
