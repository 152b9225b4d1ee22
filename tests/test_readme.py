"""The README against the code: what it says of settings and commands is so."""

import re
from pathlib import Path

from app.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_readme_names_every_setting_and_no_other():
    table = README.split("## Settings")[1].split("\n## ")[0]

    named = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))

    assert named == {name.upper() for name in Settings.model_fields}


def test_readme_names_only_targets_that_make_knows():
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    pages = README + (ROOT / "CONTRIBUTING.md").read_text()

    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[^`\n]*`|\s+#| [A-Z]+=)", pages))

    assert {"run", "test", "lint", "install"} <= named
    assert named <= known


def test_links_lead_somewhere():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
