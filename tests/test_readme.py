"""README keeps its word: links lead somewhere, commands exist."""

import re
from pathlib import Path

import pytest

from bvnexus_xl.cli import Exit, main

README = Path(__file__).resolve().parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", TEXT))))
def test_every_link_leads_to_a_file(link):
    assert "://" in link or (README.parent / link).is_file()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"(?:bvnexus-xl|-m bvnexus_xl) ([a-z][a-z-]+)", TEXT))))
def test_every_command_exists(name, capsys):
    assert main([name, "--help"]) == Exit.DONE
    capsys.readouterr()
