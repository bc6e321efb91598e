"""The one log of every touch: what happened, to whom, where and when."""
