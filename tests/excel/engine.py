"""An Excel stand-in for tests: an xlwings engine over openpyxl, only as wide as the live code needs.

It refuses calls for a while when told to, as Excel does while a cell is edited, knows our VBA macros, and counts calls.
"""

import os
from pathlib import Path

import openpyxl
import xlwings as xw
from openpyxl.utils import range_boundaries


class Refused(Exception):
    """What pywin32 raises while a cell is edited."""

    hresult = -2147418111


class Gone(Exception):
    """What pywin32 raises when Excel has ended."""

    hresult = -2147023174


class Engine:
    name, type = "openpyxl", "desktop"

    def __init__(self):
        self.apps = Apps(self)

    def prepare_xl_data_element(self, value, options):
        return value


class Apps:
    def __init__(self, engine):
        self.engine, self.running = engine, []

    def __iter__(self):
        return iter(self.running)

    def __len__(self):
        return len(self.running)

    def __getitem__(self, pid):
        return next(app for app in self.running if app.pid == pid)

    def keys(self):
        return [app.pid for app in self.running]

    def start(self, pid=None):
        app = App(self, os.getpid() if pid is None else pid)
        self.running.append(app)
        return app


class App:
    """``refusals``: how many of the next calls are refused; -1 for all until it is set again."""

    def __init__(self, apps, pid):
        self.apps, self.engine, self.pid = apps, apps.engine, pid
        self.books = Books(self)
        self.refusals, self.calls, self.status, self.told, self.chosen = 0, 0, [], [], ""
        self.fail_after, self.locked = None, set()
        self._screen, self._calculation = True, "automatic"

    def call(self):
        self.calls += 1
        if self.refusals:
            self.refusals -= 1 if self.refusals > 0 else 0
            raise Refused
        if self.fail_after is not None:
            self.fail_after -= 1
            if self.fail_after < 0:
                raise Gone

    @property
    def status_bar(self):
        return self.status[-1] if self.status else False

    @status_bar.setter
    def status_bar(self, text):
        self.call()
        self.status.append(text)

    @property
    def screen_updating(self):
        self.call()
        return self._screen

    @screen_updating.setter
    def screen_updating(self, on):
        self.call()
        self._screen = on

    @property
    def calculation(self):
        return self._calculation

    @calculation.setter
    def calculation(self, mode):
        self.call()
        self._calculation = mode

    def activate(self, _steal_focus=False):
        self.call()

    def run(self, macro, arguments):
        self.call()
        return getattr(self, macro.split("!")[1])(*arguments)

    def BvnSaveCopy(self, name, target):  # noqa: N802 - the macro's name
        self.books(name).model.save(target)

    def BvnUnlock(self, name, sheet):  # noqa: N802
        self.locked.discard((name, sheet))

    def BvnLock(self, name, sheet):  # noqa: N802
        self.locked.add((name, sheet))

    def BvnTell(self, text):  # noqa: N802
        self.told.append(text)

    def BvnChooseJson(self):  # noqa: N802
        return self.chosen


class Books:
    def __init__(self, app):
        self.app, self.open_books, self.active = app, [], None

    def __iter__(self):
        return iter(self.open_books)

    def __len__(self):
        return len(self.open_books)

    def __call__(self, key):
        found = [book for book in self.open_books if key in (book.name, str(book.path))]
        if not found:
            raise KeyError(key)
        return found[0]

    def open(self, fullname, *_args, **_options):
        self.app.call()
        book = Book(self, Path(fullname).resolve())
        self.open_books.append(book)
        self.active = book
        return book


class Book:
    def __init__(self, books, path):
        self.books, self.path = books, path
        self.model = openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm")
        self.app, self.api = books.app, self.model
        self.sheets = Sheets(self)
        self.app.locked |= {(self.name, ws.title) for ws in self.model if ws.protection.sheet}

    @property
    def name(self):
        return self.path.name

    @property
    def fullname(self):
        self.app.call()
        return str(self.path)

    def activate(self):
        self.books.active = self


class Sheets:
    def __init__(self, book):
        self.book = book

    def __call__(self, key):
        return Sheet(self.book, self.book.model[key])

    def __iter__(self):
        return (Sheet(self.book, ws) for ws in self.book.model.worksheets)

    def __len__(self):
        return len(self.book.model.worksheets)

    def __contains__(self, key):
        return key in self.book.model.sheetnames


class Sheet:
    def __init__(self, book, ws):
        self.book, self.api = book, ws
        self.name = ws.title

    @property
    def used_range(self):
        return Range(self, (1, 1, self.api.max_row, self.api.max_column))

    def activate(self):
        self.book.app.call()
        self.book.model.active = self.api

    def range(self, first, second=None):
        def corner(place):
            if isinstance(place, tuple):
                return (*place, *place)
            left, top, right, bottom = range_boundaries(place)
            return top, left, bottom, right

        a, b = corner(first), corner(second if second is not None else first)
        return Range(self, (a[0], a[1], b[2], b[3]))


class Font:
    def __init__(self, cells):
        self.cells = cells

    def _set(self, _value):
        self.cells.sheet.book.app.call()

    bold = property(lambda self: None, _set)
    color = property(lambda self: None, _set)


class Range:
    def __init__(self, sheet, box):
        self.sheet, self.box, self.font = sheet, box, Font(self)
        self.row, self.column = box[0], box[1]
        self.shape = (box[2] - box[0] + 1, box[3] - box[1] + 1)

    def _cells(self):
        ws = self.sheet.api
        return [
            [ws.cell(r, c) for c in range(self.box[1], self.box[3] + 1)] for r in range(self.box[0], self.box[2] + 1)
        ]

    def _may_write(self):
        app, book = self.sheet.book.app, self.sheet.book
        app.call()
        assert (book.name, self.sheet.name) not in app.locked, f"{self.sheet.name} is protected"

    @property
    def raw_value(self):
        self.sheet.book.app.call()
        # nothing calculates here: a formula has no value
        values = [[None if cell.data_type == "f" else cell.value for cell in row] for row in self._cells()]
        return values[0][0] if self.shape == (1, 1) else values

    @raw_value.setter
    def raw_value(self, values):
        self._may_write()
        rows = values if isinstance(values, tuple) else ((values,),)
        for row, given in zip(self._cells(), rows, strict=True):
            for cell, value in zip(row, given, strict=True):
                text = isinstance(value, str) and value.startswith("'")
                cell.value = value[1:] if text else value
                if text:
                    cell.data_type = "s"

    def clear_contents(self):
        self._may_write()
        for row in self._cells():
            for cell in row:
                cell.value = None

    def select(self):
        self.sheet.book.app.call()
        self.sheet.book.selected = (self.sheet.name, self.sheet.api.cell(self.row, self.column).coordinate)

    def _put_number_format(self, value):
        self._may_write()
        self.sheet.api.cell(self.row, self.column).number_format = value

    def _put_look(self, _value):
        self._may_write()

    number_format = property(lambda self: None, _put_number_format)
    color = property(lambda self: None, _put_look)
    row_height = property(lambda self: None, _put_look)


def start_excel(pid=None):
    """A running stand-in; xlwings works with it until the next call."""
    engine = Engine()
    xw.engines.add(xw.Engine(impl=engine))
    xw.engines["openpyxl"].activate()
    return engine.apps.start(pid)
