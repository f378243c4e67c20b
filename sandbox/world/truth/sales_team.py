"""Our own side of the world: the users of the Salesforce org and their roles.

Belongs here: who works in marketing, inside sales and field sales. Must not: assign leads.
"""

from __future__ import annotations

from dataclasses import dataclass

OWN_DOMAIN = "hashiwatashi.test"
OWN_SITE = f"https://www.{OWN_DOMAIN}"


@dataclass(frozen=True)
class TeamMember:
    """One user of our org."""

    key: str
    family: str
    given: str
    department: str
    title: str
    role: str
    manager: str | None = None
    is_active: bool = True

    @property
    def email(self) -> str:
        """Return the member's address at our own company."""
        return f"{self.key}@{OWN_DOMAIN}"

    @property
    def name(self) -> str:
        """Return the name as the org shows it: family name first."""
        return f"{self.family} {self.given}".strip()


_IS, _FS, _MK = "インサイドセールス", "フィールドセールス", "マーケティング"

TEAM: tuple[TeamMember, ...] = (
    TeamMember("k-hoshina", "保科", "圭介", "営業本部", "営業本部長", "営業本部長"),
    TeamMember("y-kuroiwa", "黒岩", "由香", _IS, "マネージャー", _IS, "k-hoshina"),
    TeamMember("a-mizushima", "水島", "葵", _IS, "", _IS, "y-kuroiwa"),
    TeamMember("r-tateno", "舘野", "亮太", _IS, "", _IS, "y-kuroiwa"),
    TeamMember("s-kitami", "北見", "沙織", _IS, "", _IS, "y-kuroiwa"),
    TeamMember("t-ogura", "小倉", "翼", _IS, "", _IS, "y-kuroiwa", is_active=False),
    TeamMember("m-arisaka", "有坂", "正人", _FS, "マネージャー", _FS, "k-hoshina"),
    TeamMember("h-dobashi", "土橋", "隼人", _FS, "", _FS, "m-arisaka"),
    TeamMember("n-sakaki", "榊", "奈緒", _FS, "", _FS, "m-arisaka"),
    TeamMember("j-umehara", "梅原", "純一", _FS, "", _FS, "m-arisaka"),
    TeamMember("c-nagase", "長瀬", "千尋", _MK, "マネージャー", _MK),
    TeamMember("e-fukami", "深見", "絵里", _MK, "", _MK, "c-nagase"),
    TeamMember("w-iwaki", "岩城", "渉", _MK, "", _MK, "c-nagase"),
    TeamMember("integration", "連携ユーザー", "", "情報システム", "", "システム管理者"),
)

ROLES: dict[str, str | None] = {
    "営業本部長": None,
    _IS: "営業本部長",
    _FS: "営業本部長",
    _MK: None,
    "システム管理者": None,
}
INSIDE_SALES = tuple(m for m in TEAM if m.department == _IS and m.manager == "y-kuroiwa")
FIELD_SALES = tuple(m for m in TEAM if m.department == _FS and m.manager == "m-arisaka")
MARKETERS = tuple(m for m in TEAM if m.department == _MK)
INTEGRATION_USER = TEAM[-1]
