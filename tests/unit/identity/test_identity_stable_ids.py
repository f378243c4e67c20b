"""Ids stay: at merges, at splits, when records come, go or change their order."""

from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.registry import migrate
from identity.stable_ids import Member, Seen, mint, name_clusters

DAY = datetime(2026, 4, 1, tzinfo=UTC)


def member(key, day=0):
    return Member(key, DAY + timedelta(days=day))


def seen(record_key, day=0):
    return Seen(mint("person", record_key), DAY + timedelta(days=day))


def test_a_new_cluster_is_named_after_its_earliest_record():
    naming = name_clusters("person", {"c": [member("b", 0), member("a", 1)]}, {})
    assert naming.ids == {"c": mint("person", "b")} and naming.redirects == {}


def test_a_record_without_a_date_is_no_anchor_while_another_has_one():
    naming = name_clusters("person", {"c": [Member("a", None), member("b", 9)]}, {})
    assert naming.ids == {"c": mint("person", "b")}


def test_an_earlier_record_that_arrives_later_renames_nobody():
    registry = {"b": seen("b")}
    naming = name_clusters("person", {"c": [member("b", 5), member("a", 1)]}, registry)
    assert naming.ids == {"c": mint("person", "b")}


def test_at_a_merge_the_oldest_id_survives_and_the_other_is_redirected():
    registry = {"a": seen("a", day=3), "b": seen("b", day=1)}
    naming = name_clusters("person", {"c": [member("a"), member("b")]}, registry)
    assert naming.ids == {"c": mint("person", "b")}
    assert naming.redirects == {(mint("person", "a"), mint("person", "b")): "統合"}


def test_at_a_split_the_id_stays_with_the_anchors_part():
    registry = {key: seen("a") for key in "abc"}
    clusters = {"x": [member("a")], "y": [member("b"), member("c")]}
    naming = name_clusters("person", clusters, registry)
    assert naming.ids == {"x": mint("person", "a"), "y": mint("person", "b")}
    assert naming.redirects == {(mint("person", "a"), mint("person", "b")): "分割"}


def test_when_the_anchor_is_gone_the_larger_part_keeps_the_id():
    registry = {key: seen("a") for key in "bcd"}
    clusters = {"x": [member("b")], "y": [member("c"), member("d")]}
    assert name_clusters("person", clusters, registry).ids["y"] == mint("person", "a")


def test_a_retired_id_is_never_given_again():
    """b was merged into a once, which retired b's id; apart again, b gets another one."""
    registry = {"a": seen("a"), "b": seen("a")}
    clusters = {"x": [member("a")], "y": [member("b")]}
    naming = name_clusters("person", clusters, registry, retired={mint("person", "b")})
    assert naming.ids["y"] == mint("person", "b", attempt=1)


def test_a_person_who_changes_employer_does_not_carry_the_companys_id_away():
    old = mint("account", "mover")
    registry = {key: Seen(old, DAY) for key in ("mover", "stayer", "stayer2")}
    clusters = {
        "old": [Member("stayer", DAY, False), Member("stayer2", DAY, False)],
        "new": [Member("mover", DAY, False), Member("account", DAY, True)],
    }
    assert name_clusters("account", clusters, registry).ids["old"] == old


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_merges_and_splits_come_ids_stay_unique_and_runs_repeat(data):
    """Two partitions of the same records one after the other: no two clusters share an id, and
    the second run again changes nothing."""
    keys = [f"r{n}" for n in range(8)]
    registry, retired = {}, set()
    for day in range(3):
        labels = {key: data.draw(st.integers(0, 3)) for key in keys}
        clusters = {}
        for key, label in labels.items():
            clusters.setdefault(str(label), []).append(member(key, int(key[1:])))
        naming = name_clusters("person", clusters, registry, retired)
        assert len(set(naming.ids.values())) == len(naming.ids)
        assert not retired & set(naming.ids.values())
        live = set(naming.ids.values())
        merged = {old for (old, _), why in naming.redirects.items() if why == "統合"}
        assert not merged & live
        retired |= merged
        for cluster, members in clusters.items():
            for one in members:
                before = registry.get(one.record_key)
                if before is None or before.resolved_id != naming.ids[cluster]:
                    registry[one.record_key] = Seen(naming.ids[cluster], DAY + timedelta(days=day))
        again = name_clusters("person", clusters, registry, retired)
        assert again.ids == naming.ids and again.redirects == {}


def test_migrating_twice_changes_nothing_and_keeps_what_is_there():
    con = duckdb.connect(":memory:")
    migrate(con)
    con.execute("insert into identity.registry values ('person', 'a', 'per_1', now(), now())")
    migrate(con)
    assert con.execute("select count(*) from identity.registry").fetchall() == [(1,)]
    tables = con.execute(
        "select table_name from information_schema.tables where table_schema = 'identity'"
    ).fetchall()
    assert {name for (name,) in tables} == {
        "registry",
        "redirects",
        "decisions",
        "schema_version",
    }


@pytest.mark.parametrize("entity", ["person", "account"])
def test_ids_are_short_enough_for_the_systems_that_get_them(entity):
    assert len(mint(entity, "salesforce:lead:00Q5j00000000rgEAA")) <= 40
