"""Fills the template of a page; every page carries the one style sheet inside itself.

Not here: what stands on a page (the modules of the pages), and its words (the catalogue).
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reporting.texts import Texts

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, texts: Texts, **values: object) -> str:
    """Returns the page as HTML.

    Args:
        template: file name in `templates/`.
        texts: the catalogue, `t` in the template.
        **values: what the template shows; a missing one is an error, everything is escaped.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Markup((TEMPLATES / "friday.css").read_text(encoding="utf-8"))
    return environment.get_template(template).render(t=texts, style=style, **values)
