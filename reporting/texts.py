"""The catalogue of everything people read, one JSON file per language.

Words belong in the catalogue, never in code or templates, so that another language is one more
file. Sentences about a single finding (`what_ja`) come from the rule that found it, not from here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


class Texts:
    """Looks texts up by their dotted path and fills them in."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        """Wraps a parsed catalogue.

        Args:
            tree: Nested mapping of names to texts, lists of texts or further mappings.
        """
        self._tree = tree

    def __call__(self, path: str, /, **values: object) -> str:
        """The text at a dotted path with its placeholders filled in.

        Args:
            path: For instance `card.previous`.
            **values: What the placeholders stand for.

        Raises:
            KeyError: There is no such text; a missing word is a fault, not an empty page.
        """
        text = self.branch(path)
        if not isinstance(text, str):
            raise KeyError(f"{path} is not a text of the catalogue")
        return text.format(**values) if values else text

    def branch(self, path: str) -> Any:
        """Whatever stands at a dotted path: a text, a list or a mapping.

        Args:
            path: For instance `classes.duplicates`.

        Raises:
            KeyError: There is nothing at that path.
        """
        found: Any = self._tree
        for name in path.split("."):
            if not isinstance(found, Mapping) or name not in found:
                raise KeyError(f"{path} is not in the catalogue")
            found = found[name]
        return found

    def label(self, group: str, code: str | None) -> str:
        """The label of a code of the data, or the code itself when the catalogue lacks it.

        Codes come from data (a new source, a new attribute), so an unknown one must not stop the
        report.

        Args:
            group: Dotted path of the group of labels.
            code: The code as it stands in the data; none gives an empty label.
        """
        return str(self.branch(group).get(code, code)) if code else ""


@cache
def catalogue(language: str = "ja") -> Texts:
    """The catalogue of a language.

    Args:
        language: `ja`; a language is available when its file lies beside this module.

    Raises:
        ValueError: There is no such language.
    """
    path = FOLDER / f"{language}.json"
    if not path.exists():
        known = sorted(file.stem for file in FOLDER.glob("*.json"))
        raise ValueError(f"no report texts in {language!r}; there are {known}")
    return Texts(json.loads(path.read_text(encoding="utf-8")))
