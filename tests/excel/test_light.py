"""A button's Python loads no table library, and whatever is imported later gets them."""

import json
import subprocess
import sys

ASK = """
import json, sys
import bvnexus_xl.excel.light
import xlwings.utils
import bvnexus_xl.excel.commands
loaded = [name for name in ("numpy", "pandas", "polars", "numba", "pydantic", "lxml", "pyomo") if name in sys.modules]
import pandas
print(json.dumps([loaded, xlwings.__version__, pandas.Series([1]).sum().item()]))
"""


def test_a_button_loads_only_what_it_needs():
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(done.stdout) == [[], "0.37.8", 1]
