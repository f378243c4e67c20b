"""The sandbox with many leads in a process of its own, for ``tests.benchmarks.ingestion``.

Prints its settings as one line of JSON when it answers, and ends when its standard input does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.testing import HandMadeWorld, running_sandbox

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
COMMENT = "展示会で名刺交換。導入時期は来期以降、予算は未定。担当者は「比較検討中」とのこと。"
SURNAMES = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "𠮷田")
STAGES = ("Suspect", "Prospect", "MQL", "SQL")
USER = "005000000000001AAA"


def lead(number: int) -> dict[str, Any]:
    """Return an invented lead of which nearly every field is filled."""
    at = f"{FIRST + timedelta(seconds=7 * number):%Y-%m-%dT%H:%M:%S}.000+0000"
    surname = SURNAMES[number % len(SURNAMES)]
    return {
        "Id": f"00Q{number:012d}EAA",
        "CreatedDate": at,
        "LastModifiedDate": at,
        "SystemModstamp": at,
        "LastName": surname,
        "FirstName": f"一郎{number % 997}",
        "Name": f"{surname} 一郎{number % 997}",
        "Title": "部長" if number % 3 else "NA",
        "Company": f"株式会社テスト{number % 20_011}",
        "Email": f"user{number}@example{number % 20_011}.test",
        "Phone": f"03-0000-{number % 10_000:04d}",
        "MobilePhone": f"090-0000-{number % 10_000:04d}",
        "Website": f"https://www.example{number % 20_011}.test/",
        "Street": f"港区芝公園{number % 40}-{number % 9}\n第{number % 77}ビル",
        "City": "港区",
        "State": "東京都",
        "PostalCode": f"{number % 1_000:07d}",
        "Country": "NA" if number % 50 == 0 else "Japan",
        "LeadSource": "Web",
        "Status": "Working - Contacted",
        "Industry": "製造業",
        "AnnualRevenue": 1_000_000.0 * (number % 5_000),
        "NumberOfEmployees": number % 3_000,
        "OwnerId": USER,
        "Kakehashi_Person_Id__c": f"P{number:012d}",
        "Lifecycle_Stage__c": STAGES[number % len(STAGES)],
        "Lead_Score__c": float(number % 100),
        "Lead_Score_Label__c": "高",
        "Score_Reason__c": f"資料請求{number % 5}回",
        "MQL_At__c": at,
        "Interest_Theme__c": "業務効率化",
        "Budget_Status__c": "tentative",
        "Timeline__c": "半年以内",
        "Need_Is_Clear__c": number % 2 == 0,
        "Sales_Feedback__c": "追客中",
        "Sales_Feedback_At__c": at,
        "Sales_Comment__c": COMMENT,
        "Corporate_Number__c": f"{number % 10**12:013d}",
    }


def leads(count: int) -> Iterator[dict[str, Any]]:
    """Yield invented leads."""
    return map(lead, range(count))


def main() -> int:
    """Serve as many leads as the first argument says."""
    users = [{"Id": USER, "LastName": "北見", "Name": "北見 沙織", "IsActive": True}]
    world = HandMadeWorld(salesforce={"User": users})
    world.salesforce["Lead"] = leads(int(sys.argv[1]))  # type: ignore[assignment]
    with running_sandbox(world=world) as sandbox:
        sys.stdout.write(json.dumps(sandbox.environment) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main())
