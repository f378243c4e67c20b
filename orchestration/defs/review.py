"""Review: once a month the agreement is held against what became of the leads."""

import dagster as dg
from dagster_dbt import get_asset_key_for_model

from orchestration import definition_review
from orchestration.defs.unify import unify
from orchestration.resources import Line

REVIEW_KEY = dg.AssetKey(["report", "definition_review"])


@dg.asset(
    key=REVIEW_KEY,
    group_name="review_page",
    kinds={"html"},
    deps=[
        get_asset_key_for_model([unify], model)
        for model in (
            "int_review_persons_dated",
            "int_review_deciles_measured",
            "int_review_rules_measured",
            "int_review_examples_listed",
            "int_review_thresholds_measured",
        )
    ],
    pool="duckdb",
)
def definition_review_page(context: dg.AssetExecutionContext, line: Line) -> dg.MaterializeResult:
    """Writes the monthly review with one proposal and the what-if of it; changes nothing."""
    done = definition_review.write(line.settings, line.as_of(context))
    return dg.MaterializeResult(
        metadata={
            "open": dg.MetadataValue.url(done.page.as_uri()),
            "review": dg.MetadataValue.path(str(done.page)),
            "proposed_threshold": done.proposed_threshold,
            "why_cards": done.why_cards,
            "reviewed_persons": done.review.everybody.persons,
        }
    )


defs = dg.Definitions(assets=[definition_review_page])
