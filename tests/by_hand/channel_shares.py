"""Data-driven shares by hand: every chance is found by walking on until nobody is on the way."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.by_hand.acts import Touch
from tests.by_hand.deals import Deal, eligible

START, WON, LOST = "start", "won", "lost"
CHANNELS = {
    "inquiry": "web", "document_download": "web", "site_visit": "web", "product_page_view": "web",
    "webinar_registered": "webinar", "webinar_attended": "webinar", "event_attended": "event",
    "card_exchanged": "card", "mail_opened": "email", "mail_clicked": "email",
}  # fmt: skip
Steps = dict[str, Counter[str]]


def shares_by_channel(deals: list[Deal], touches: dict[str, list[Touch]]) -> dict[str, float]:
    """Channel → its part in all removal effects; empty while nothing was won."""
    steps: Steps = defaultdict(Counter)
    for deal in deals:
        path = [CHANNELS[touch.kind] for touch in eligible(deal, touches)]
        if deal.closed_at is None or not path:
            continue
        end = WON if deal.is_won else LOST
        for here, there in zip([START, *path], [*path, end], strict=True):
            steps[here][there] += 1
    chance = chance_to_win(steps, without="")
    if not chance:
        return {}
    effects = {
        channel: (chance - chance_to_win(steps, without=channel)) / chance
        for channel in steps
        if channel != START
    }
    return {channel: effect / sum(effects.values()) for channel, effect in effects.items()}


def chance_to_win(steps: Steps, without: str) -> float:
    """Share of walks that end at won when those that come to a channel are lost there."""
    on_the_way, won = {START: 1.0}, 0.0
    while sum(on_the_way.values()) > 1e-15:
        further: dict[str, float] = defaultdict(float)
        for here, share in on_the_way.items():
            for there, count in steps[here].items():
                moved = share * count / steps[here].total()
                if there == WON:
                    won += moved
                elif there not in (LOST, without):
                    further[there] += moved
        on_the_way = further
    return won


def data_driven_weights(
    deal: Deal, touches: dict[str, list[Touch]], shares: dict[str, float]
) -> dict[str | None, float]:
    """Touch id → weight by its channel's share; equal weights where no channel has one."""
    found = eligible(deal, touches)
    if not found:
        return {None: 1.0}
    weights = {touch.id: shares.get(CHANNELS[touch.kind], 0.0) for touch in found}
    total = sum(weights.values())
    if not total:
        return {touch.id: 1 / len(found) for touch in found}
    return {touch: weight / total for touch, weight in weights.items() if weight}
