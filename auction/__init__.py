import os

os.environ["OPENPYXL_LXML"] = "False"
"""Said before openpyxl is loaded: with lxml installed it would read strangers' workbooks by that, not by defusedxml."""
