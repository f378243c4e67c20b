"""The committed weights belong to the comparisons that the code makes."""

import pytest

from identity.splink_model import TRAINING, WEIGHTS, build_settings, read_weights


def _conditions(comparisons):
    return [
        (one["output_column_name"], [level["sql_condition"] for level in one["comparison_levels"]])
        for one in comparisons
    ]


def test_the_weights_were_trained_for_the_conditions_in_the_code():
    """Failing means: a comparison changed; run `python -m tests.benchmarks.identity_training`."""
    in_code = build_settings().create_settings_dict("duckdb")
    committed = read_weights(WEIGHTS)
    assert _conditions(committed["comparisons"]) == _conditions(in_code["comparisons"])


@pytest.mark.parametrize("comparison", read_weights(WEIGHTS)["comparisons"])
def test_every_level_has_weights(comparison):
    for level in comparison["comparison_levels"]:
        if not level.get("is_null_level"):
            assert 0 < level["m_probability"] <= 1 and 0 < level["u_probability"] <= 1


def test_agreement_weighs_for_and_difference_against_a_match():
    for comparison in read_weights(WEIGHTS)["comparisons"]:
        levels = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
        best, worst = levels[0], levels[-1]
        assert best["m_probability"] > 100 * best["u_probability"]
        assert worst["m_probability"] < worst["u_probability"]


def test_a_frequent_name_weighs_less_where_it_is_written_alike():
    """Which level that is stands in the code and in the weights."""
    for comparisons in (
        read_weights()["comparisons"],
        build_settings().create_settings_dict("duckdb")["comparisons"],
    ):
        names = next(one for one in comparisons if one["output_column_name"] == "name")
        weighed = [
            level["label_for_charts"]
            for level in names["comparison_levels"]
            if level.get("tf_adjustment_column")
        ]
        assert weighed == ["同じ表記"]


def test_it_is_written_down_how_they_were_made():
    assert {"trained_by", "world_seed", "partners_per_record"} <= read_weights(TRAINING).keys()
