"""A plain Japanese page per record, so that links in reports lead somewhere.

Belongs here: the record page. Must not: write.
"""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.exchange import Call, route
from sandbox.salesforce.org import Org
from sandbox.salesforce.schema import ObjectType
from sandbox.salesforce.soql.conditions import TOKYO
from sandbox.salesforce.values import full_id, is_id
from sandbox.tables import Row
from sandbox.world.schema import FieldSpec

_PAGE = """<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font-family: "Hiragino Sans", "Noto Sans CJK JP", "Yu Gothic", sans-serif;
  margin: 2rem auto; max-width: 60rem; color: #16325c; background: #f4f6f9; }}
h1 {{ font-size: 1.4rem; }} small {{ color: #54698d; }}
table {{ border-collapse: collapse; width: 100%; background: #fff; }}
th, td {{ text-align: left; padding: .45rem .8rem; border-bottom: 1px solid #d8dde6;
  vertical-align: top; }} th {{ width: 16rem; font-weight: normal; color: #54698d; }}
</style></head><body><small>{label}(サンドボックスの架空データ、日時は日本時間)</small><h1>{title}</h1>
{deleted}<table>{rows}</table></body></html>"""


def routes(org: Org) -> list[Route]:
    """Return the record page's route."""

    def page(call: Call) -> Response:
        kind = org.types.get(call.params["object"])
        record_id = call.params["id"]
        row = org.fetch(kind.name, full_id(record_id)) if kind and is_id(record_id) else None
        if kind is None or row is None:
            return HTMLResponse("<p>レコードが見つかりません。</p>", 404)
        return HTMLResponse(_render(org, kind, row))

    return [route("/lightning/r/{object}/{id}/view", ["GET"], page)]


def _render(org: Org, kind: ObjectType, row: Row) -> str:
    cells = []
    for spec in kind.fields.values():
        value = row.get(spec.name)
        if value in (None, ""):
            continue
        shown = _shown(org, spec, value)
        cells.append(f"<tr><th>{escape(spec.label)}</th><td>{shown}</td></tr>")
    return _PAGE.format(
        title=escape(str(row.get("Name") or row.get("Subject") or row["Id"])),
        label=escape(kind.label),
        deleted="<p>このレコードは削除されています。</p>" if row.get("IsDeleted") else "",
        rows="".join(cells),
    )


def _shown(org: Org, spec: FieldSpec, value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, (int, float)):
        return f"{value:,g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if spec.type == "datetime":
        return f"{datetime.fromisoformat(value).astimezone(TOKYO):%Y-%m-%d %H:%M:%S}"
    for target in spec.reference_to:
        related = org.fetch(target, str(value))
        if related is not None:
            name = escape(str(related.get("Name") or value))
            return f'<a href="/lightning/r/{target}/{related["Id"]}/view">{name}</a>'
    return escape(str(value)).replace("\n", "<br>")
