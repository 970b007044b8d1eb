"""Texts that can be kept."""

import re

UNKEEPABLE = re.compile("[\0\ud800-\udfff]")
"""NUL and lone surrogates: no text of ours holds them, and some databases and encoders break on them."""
