"""Loaded by the worker's process in ``test_worker_process``: an Excel stand-in with the test's workbook open in it.

The stand-in lives in that process; what it holds is saved whenever the status bar shows how the run ended.
"""

import os
import sys
from pathlib import Path

book = os.environ.get("BVN_TEST_BOOK")
if book and "bvnexus_xl.excel.worker" in " ".join(sys.orig_argv):
    sys.path.insert(0, str(Path(__file__).parent.parent))
    import engine

    from bvnexus_xl.excel import jobs

    # the sheets with a row for each hour would take openpyxl ten seconds to save
    every = jobs.result_cells
    jobs.result_cells = lambda *given: [sheet for sheet in every(*given) if not sheet.blocks]
    excel = engine.start_excel(int(os.environ["BVN_TEST_EXCEL"]))
    opened = excel.books.open(book)
    put = engine.App.status_bar.fset

    def put_and_save(app, text):
        put(app, text)
        if text and "[" not in str(text):
            opened.model.save(os.environ["BVN_TEST_OUT"])

    engine.App.status_bar = engine.App.status_bar.setter(put_and_save)
