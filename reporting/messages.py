"""Messages that tell people something is ready. Counts only: a chat is no place for personal data.

Wording comes from the catalogue; sending belongs to `activation/writers/slack.py`.
"""

from __future__ import annotations

from typing import Any

from reporting.friday import FridayReport
from reporting.friday_page import ClassCount
from reporting.texts import Texts, catalogue

# Slack refuses a whole message when one text is longer.
HEADER_LIMIT = 150
TEXT_LIMIT = 3000
FIELD_LIMIT = 2000


def friday_message(report: FridayReport, *, language: str = "ja") -> dict[str, Any]:
    """The Slack payload that announces the Friday report.

    Args:
        report: What was written and counted.
        language: Language of the message.

    Returns:
        A payload with `text` for notifications and `blocks` for the channel.
    """
    texts = catalogue(language)
    day = report.held_on.isoformat()
    total = sum(count.count for count in report.classes)
    title = texts("message.title", date=day)
    return {
        "text": texts("message.text", total=total, change=_total_change(report, texts)),
        "blocks": [
            {
                "type": "header",
                "text": {"type": "plain_text", "text": title[:HEADER_LIMIT], "emoji": False},
            },
            _section(texts("message.intro")),
            {"type": "section", "fields": [_field(count, texts) for count in report.classes]},
            {"type": "context", "elements": [_markdown(line) for line in _context(report, texts)]},
        ],
    }


def escape(text: str) -> str:
    """A text as Slack shows it literally, so that a name cannot become a link or a mention.

    Args:
        text: Any text.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _markdown(text: str, limit: int = TEXT_LIMIT) -> dict[str, str]:
    return {"type": "mrkdwn", "text": escape(text)[:limit]}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _markdown(text)}


def _field(count: ClassCount, texts: Texts) -> dict[str, str]:
    label = texts(f"classes.{count.name}.label")
    change = _change(count.change, texts)
    return _markdown(
        texts("message.field", label=label, count=count.count, change=change), FIELD_LIMIT
    )


def _change(change: int | None, texts: Texts) -> str:
    if change is None:
        return texts("message.no_previous")
    return texts("message.previous", delta=f"{change:+d}" if change else "±0")


def _total_change(report: FridayReport, texts: Texts) -> str:
    changes = [count.change for count in report.classes]
    known = [change for change in changes if change is not None]
    return _change(sum(known) if known else None, texts)


def _context(report: FridayReport, texts: Texts) -> list[str]:
    lines = []
    if report.previous_counts is not None:
        fixed = sum(count.fixed for count in report.classes)
        new = sum(count.new for count in report.classes)
        lines.append(texts("message.movement", fixed=fixed, new=new))
    names = [texts.label("freshness.sources", source) for source in report.stale_sources]
    lines.append(
        texts("message.not_ok", sources="、".join(names)) if names else texts("message.all_ok")
    )
    lines.append(texts("message.where", path=report.html_path))
    return lines
