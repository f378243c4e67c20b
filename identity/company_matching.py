"""Which company records and mentions mean one company.

法人番号 first, then the domain, then the normalised name with the prefecture or the phone. A step
never joins what an earlier one holds apart: two 法人番号, or one name in two prefectures. Not here:
how a name is read (`companies`), or which record names which company (`employers`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from identity.company_evidence import (
    Mention,
    by_value,
    distinct,
    is_mistyped_domain,
    is_short_for,
    is_slip,
    script_of,
)
from identity.constraints import DECIDED, apply_constraints
from identity.decisions import Constraint
from identity.disjoint_sets import ConstrainedSets

NUMBER, REGISTER, FORMER, DOMAIN, PHONE, PLACE, NAME = (
    "法人番号一致",
    "国税庁の法人番号情報で同一",
    "旧社名一致",
    "ドメイン一致",
    "会社名+電話一致",
    "会社名+都道府県一致",
    "会社名一致",
)


# A domain under more names than this is a host's or a portal's; misspellings are not sought there.
_NAMES_PER_DOMAIN = 20
# A domain with several names is the company's of whom so much is said, if nothing else is.
_CLEAR_MAJORITY = 0.8


class CompanyClusters:
    """Clusters of mentions that know their 法人番号, and the evidence that joined each mention.

    Attributes:
        mentions: All of them, by key.
        reasons: Key of a mention → the first evidence that joined it to another.
        joins: (key, key, evidence) of every step that made two companies one.
    """

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self.mentions = sorted(mentions, key=lambda mention: mention.key)
        self._sets: ConstrainedSets[str] = ConstrainedSets()
        self._numbers: dict[str, set[str]] = defaultdict(set)
        self.reasons: dict[str, str] = {}
        self.joins: list[tuple[str, str, str]] = []
        self._homes: dict[str, str | None] | None = None
        for mention in self.mentions:
            self._numbers[self._sets.find(mention.key)] |= distinct((mention.number,))

    def cluster_of(self, mention: Mention) -> str:
        """The key that stands for the mention's company."""
        return self._sets.find(mention.key)

    def join(self, one: Mention, other: Mention, reason: str) -> None:
        """Join two mentions unless their companies have different 法人番号 or were told apart."""
        roots = self.cluster_of(one), self.cluster_of(other)
        a, b = (self._numbers[root] for root in roots)
        # one of two numbers that people joined is no contradiction to the two
        if roots[0] == roots[1] or not (a <= b or b <= a) or self._sets.are_apart(*roots):
            return
        self._unite(one, other, reason)

    def _unite(self, one: Mention, other: Mention, reason: str) -> None:
        a, b = self.cluster_of(one), self.cluster_of(other)
        numbers = self._numbers[a] | self._numbers[b]
        self._numbers[self._sets.union(a, b)] = numbers
        self.joins.append((one.key, other.key, reason))
        for mention in (one, other):
            self.reasons.setdefault(mention.key, reason)

    def obey(self, constraints: Sequence[Constraint]) -> None:
        """Join and hold apart what people decided; to be called before anything is joined."""
        by_key = {mention.key: mention for mention in self.mentions}
        apply_constraints(
            self._sets,
            constraints,
            lambda key: key if key in by_key else None,
            lambda one, other: self._unite(by_key[one], by_key[other], DECIDED),
        )

    def join_all(self, mentions: Sequence[Mention], reason: str) -> None:
        """Join every mention of a group to its first."""
        for mention in mentions[1:]:
            self.join(mentions[0], mention, reason)

    def home_of(self, cluster: str) -> str | None:
        """The prefecture where a company sits, once all is joined."""
        if self._homes is None:
            members = self.clusters(self.mentions)
            self._homes = {key: _home(mentions) for key, mentions in members.items()}
        return self._homes.get(cluster)

    def clusters(self, mentions: Iterable[Mention]) -> dict[str, list[Mention]]:
        """The mentions by the company they belong to so far."""
        groups: dict[str, list[Mention]] = defaultdict(list)
        for mention in mentions:
            groups[self.cluster_of(mention)].append(mention)
        return dict(sorted(groups.items()))


def match_companies(
    mentions: Iterable[Mention],
    links: Iterable[tuple[str, str, str]],
    constraints: Sequence[Constraint] = (),
) -> CompanyClusters:
    """Cluster mentions of companies.

    Args:
        mentions: Company records and what person records say of their employers.
        links: (key, key, reason) that the source systems themselves state.
        constraints: What people decided about company records, oldest first.
    """
    clusters = CompanyClusters(mentions)
    clusters.obey(constraints)
    by_key = {mention.key: mention for mention in clusters.mentions}
    for one, other, reason in sorted(links):
        if one in by_key and other in by_key:
            clusters.join(by_key[one], by_key[other], reason)
    for group in by_value(clusters.mentions, "number").values():
        clusters.join_all(group, NUMBER)
    for group in by_value(clusters.mentions, "registered").values():
        clusters.join_all(group, REGISTER)
    for group in by_value(clusters.mentions, "domain").values():
        _join_by_domain(clusters, group)
    named = by_value(clusters.mentions, "core")
    for group in named.values():
        _join_by_name(clusters, group)
    for mention in clusters.mentions:
        if mention.former is not None:
            _join_by_former_name(clusters, mention, named.get(mention.former, []))
    return clusters


def _join_by_former_name(
    clusters: CompanyClusters, mention: Mention, group: Sequence[Mention]
) -> None:
    """A company that states an earlier name is the one company that still goes by it here."""
    near = [other for other in group if {mention.prefecture, other.prefecture} & {None}
            or mention.prefecture == other.prefecture]  # fmt: skip
    if len(_keys(clusters, near)) == 1:
        clusters.join(near[0], mention, FORMER)


def _join_by_domain(clusters: CompanyClusters, group: list[Mention]) -> None:
    """Names that agree on one domain are one company; several names share it and stay apart."""
    by_core = by_value(group, "core")
    for mentions in by_core.values():
        clusters.join_all(mentions, DOMAIN)
    cores = _join_spellings(clusters, by_core) if len(by_core) <= _NAMES_PER_DOMAIN else [*by_core]
    nameless = [mention for mention in group if mention.core is None]
    if len(cores) == 1 or not by_core or _is_outvoting(clusters, by_core, cores[0]):
        clusters.join_all([*(by_core[core][0] for core in cores[:1]), *nameless], DOMAIN)


def _join_spellings(clusters: CompanyClusters, by_core: dict[str, list[Mention]]) -> list[str]:
    """Join the spellings of one name on a domain; return a core for each company left."""
    # the most frequent spelling is the right one; ties by spelling
    ordered = sorted(by_core, key=lambda core: (-len(by_core[core]), core))
    kept: list[str] = []
    for core in ordered:
        meant = [
            other
            for other in kept
            if is_slip(core, other)
            or is_short_for(core, other)
            or clusters.cluster_of(by_core[core][0]) == clusters.cluster_of(by_core[other][0])
        ]
        if meant:
            clusters.join(by_core[meant[0]][0], by_core[core][0], DOMAIN)
        else:
            kept.append(core)
    return _join_transcribed(clusters, by_core, kept)


def _join_transcribed(
    clusters: CompanyClusters, by_core: dict[str, list[Mention]], cores: list[str]
) -> list[str]:
    """Join names that are alone in their script: transcriptions of the name most in use.

    Where the other scripts have several names too, only if the first one clearly is the domain's.
    """
    scripts = Counter(map(script_of, cores))
    if len(scripts) < len(cores) and not (cores and _is_outvoting(clusters, by_core, cores[0])):
        return cores
    alone = [c for c in cores[1:] if scripts[script_of(c)] == 1]
    clusters.join_all([by_core[core][0] for core in (*cores[:1], *alone)], DOMAIN)
    return [core for core in cores if core not in alone]


def _is_outvoting(clusters: CompanyClusters, by_core: dict[str, list[Mention]], core: str) -> bool:
    """Whether nearly all that is said of a domain with several names is said of one company."""
    first, share = _most_said(clusters, [m for mentions in by_core.values() for m in mentions])
    return share >= _CLEAR_MAJORITY and first == clusters.cluster_of(by_core[core][0])


def _join_by_name(clusters: CompanyClusters, group: list[Mention]) -> None:
    """One name: joined by phone, then by prefecture, then alone if only one company has it."""
    for mentions in by_value(group, "phone").values():
        for same_form in _by_form(mentions):
            clusters.join_all(same_form, PHONE)
    homes = _homes(clusters, group)
    # beside a company that is known, people of its name elsewhere make no second company
    counted = {at: found for at, found in homes.items() if any(map(_is_known, found))} or homes
    is_common_name = len(counted) > 1
    for companies in homes.values():
        _join_neighbours(clusters, companies, PLACE, domains_may_differ=not is_common_name)
    placed = [mention for companies in homes.values() for mention in companies]
    found = _keys(clusters, placed)
    loose = [mention for mention in group if clusters.cluster_of(mention) not in found]
    if not is_common_name:
        only = [mention for companies in counted.values() for mention in companies]
        _join_neighbours(clusters, [*only, *loose], NAME, domains_may_differ=False)


def _is_known(mention: Mention) -> bool:
    """Whether more is said than a name: by a company record, with a number or a domain."""
    return bool(mention.is_record or mention.number or mention.domain)


def _keys(clusters: CompanyClusters, mentions: Iterable[Mention]) -> set[str]:
    return {clusters.cluster_of(mention) for mention in mentions}


def _by_form(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Mentions whose legal forms agree; one without a form goes along if there is one form."""
    forms = distinct(m.legal_form for m in mentions) - {"western"}
    if len(forms) <= 1:
        return [list(mentions)]
    return [[m for m in mentions if m.legal_form == form] for form in sorted(forms)]


def _home(members: Sequence[Mention]) -> str | None:
    """Where a company sits.

    A company record knows it; a person may sit in a branch, so among persons the most frequent
    prefecture counts.
    """
    stated = [m for m in members if m.prefecture and m.is_record]
    stated = stated or [m for m in members if m.prefecture]
    counts = Counter(m.prefecture for m in stated if m.prefecture)
    if not counts:
        return None
    return min(counts, key=lambda prefecture: (-counts[prefecture], prefecture))


def _homes(clusters: CompanyClusters, group: Sequence[Mention]) -> dict[str, list[Mention]]:
    """The mentions of the companies of one name by the prefecture where the company sits.

    People of whom only name and place are known count to the one known company that has others
    there: it has a branch.
    """
    companies = list(clusters.clusters(group).values())
    branches: dict[str, set[str]] = defaultdict(set)
    for members in companies:
        home = _home(members)
        if home is not None and any(map(_is_known, members)):
            for prefecture in distinct(m.prefecture for m in members):
                branches[prefecture].add(home)
    homes: dict[str, list[Mention]] = defaultdict(list)
    for members in companies:
        home = _home(members)
        if home is not None and not any(map(_is_known, members)):
            seats = branches.get(home, set())
            home = min(seats) if len(seats) == 1 else home
        if home is not None:
            homes[home].extend(members)
    return dict(sorted(homes.items()))


def _join_neighbours(
    clusters: CompanyClusters, mentions: Sequence[Mention], reason: str, domains_may_differ: bool
) -> None:
    """Join companies of one name whose legal forms and, unless they may differ, domains agree."""
    for same_form in _by_form(mentions):
        domains = distinct(m.domain for m in same_form)
        if len(domains) <= 1 or domains_may_differ:
            clusters.join_all(same_form, reason)
        else:
            _join_domainless(clusters, same_form, reason)


def _join_domainless(clusters: CompanyClusters, mentions: list[Mention], reason: str) -> None:
    """Among companies with different domains, those without any are one of their own.

    Or they are the company of which nearly all is said that goes by the name.
    """
    with_domain = [m for m in mentions if m.domain]
    first, _ = _most_said(clusters, with_domain)
    main = [m for m in with_domain if clusters.cluster_of(m) == first]
    meant = distinct(m.domain for m in main)
    mistyped = [m for m in with_domain if any(is_mistyped_domain(str(m.domain), d) for d in meant)]
    clusters.join_all([*main[:1], *mistyped], reason)
    found = _keys(clusters, with_domain)
    rest = [mention for mention in mentions if clusters.cluster_of(mention) not in found]
    _, share = _most_said(clusters, with_domain)
    clusters.join_all([*main[:1], *rest] if share >= _CLEAR_MAJORITY else rest, reason)


def _most_said(clusters: CompanyClusters, mentions: Sequence[Mention]) -> tuple[str, float]:
    """The company of which most is said, and its share."""
    said = Counter(map(clusters.cluster_of, mentions))
    first = min(said, key=lambda key: (-said[key], key))
    return first, said[first] / said.total()
