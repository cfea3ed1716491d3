"""Which column of a file is which: the headings of known exports, and those that the mapping names.

There is one list for all systems, in the order of preference. Names match without case, spaces and signs. Sources:
object and field names of Salesforce (Opportunity, OpportunityHistory, OpportunityFieldHistory), labels of its reports,
labels and internal names of HubSpot's deals, the tables "CRM Sales Opportunities" of Maven Analytics, our own files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.crm.errors import ExportError
from sim.crm.names import fold
from sim.crm.outcomes import flag
from sim.crm.table import Table
from sim.spelling import did_you_mean, listed


@dataclass(frozen=True)
class Kind:
    """A kind of file: its columns with the headings they may have, and those it must have."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]


OPPORTUNITIES = Kind(
    "opportunities",
    {
        "id": ("opportunity_id", "opportunity id 18", "case safe id", "id", "record id", "deal id", "hs_object_id",
               "record id deal"),
        "created": ("created_date", "create date", "created", "createdate", "created on", "created at", "creation date",
                    "engage_date", "date created", "opportunity created date", "created time"),
        "closed": ("close_date", "closedate", "closed_date", "closed on", "closed at", "actual close date", "closed_at",
                   "closing date", "closed"),
        "expected": ("expected_date", "forecast_close_date", "expected close date", "estimated close date"),
        "outcome": ("outcome", "status", "result", "won lost"),
        "is_won": ("is_won", "iswon", "won", "is closed won", "hs_is_closed_won"),
        "is_closed": ("is_closed", "isclosed", "closed", "is deal closed", "hs_is_closed"),
        "stage": ("stage", "stage_name", "stagename", "deal_stage", "dealstage", "sales stage", "opportunity stage"),
        "amount": ("amount converted", "amount in company currency", "amount_in_home_currency", "amount", "close_value",
                   "amount_usd", "deal value", "value", "opportunity amount"),
        "currency": ("amount converted currency", "currency", "amount currency", "currencyisocode", "currency iso code",
                     "deal_currency_code", "opportunity currency"),
        "owner": ("owner", "opportunity owner", "deal owner", "sales_agent", "owner name", "hubspot_owner_id",
                  "owner id", "ownerid", "owner full name", "opportunity owner full name"),
        "account": ("account", "account_name", "account id", "accountid", "associated company", "company", "customer",
                    "primary associated company", "company name"),
        "product": ("product", "product_name", "product family"),
        "segment": ("segment", "market segment", "customer segment", "sector", "industry"),
        "category": ("category", "forecast_category", "forecastcategory", "forecastcategoryname",
                     "hs_forecast_category", "hs_manual_forecast_category"),
        "edited": ("last_modified_date", "lastmodifieddate", "last modified", "hs_lastmodifieddate", "systemmodstamp",
                   "updated at", "modified time", "last edited"),
        "bulk": ("bulk_edit", "bulk"),
    },
    ("created", "closed"),
)  # fmt: skip
HISTORY = Kind(
    "history",
    {
        "deal": ("opportunity_id", "opportunityid", "deal id", "record id", "hs_object_id", "deal", "id"),
        "stage": ("stage", "stage_name", "stagename", "to stage", "new value", "newvalue", "deal stage", "dealstage"),
        # SystemModstamp is not among them: it is when an entry was superseded, not when it was made.
        "entered": ("entered_at", "created_date", "createddate", "entered", "edit date", "change date", "changed at",
                    "date entered", "timestamp", "last modified", "date"),
        "field": ("field", "field event"),
        "before": ("old value", "oldvalue", "from value", "original value"),
        # What people said of a deal at each change, where the history has it.
        "category": ("forecast_category", "forecastcategory", "forecastcategoryname", "category"),
        "expected": ("close_date", "closedate", "expected_date", "forecast_close_date", "expected close date"),
        "amount": ("amount converted", "amount in company currency", "amount_in_home_currency", "amount", "amount_usd"),
        "currency": ("amount converted currency", "currency", "amount currency", "currencyisocode"),
    },
    ("deal", "stage", "entered"),
)  # fmt: skip
ROSTER = Kind(
    "roster",
    {
        "owner": ("owner", "sales_agent", "name", "full name", "seller", "rep", "user", "employee"),
        "start": ("start_date", "start", "hire date", "hired", "created_date", "joined"),
        "end": ("end_date", "end", "exit date", "left", "termination date", "deactivated"),
        "role": ("role", "title", "job title", "profile"),
        "segment": ("segment", "team", "market segment"),
        "region": ("region", "regional_office", "territory", "office", "country"),
    },
    ("owner",),
)
ACCOUNTS = Kind(
    "accounts",
    {
        "account": ("account", "account_name", "name", "company", "company name", "account id", "id", "record id"),
        "segment": ("segment", "market segment", "customer segment", "sector", "industry"),
    },
    ("account", "segment"),
)
PRODUCTS = Kind("products", {"product": ("product", "product_name", "name")}, ("product",))
HIRES = Kind(
    "hires",
    {
        "start": ("start_date", "start", "hire date", "starts", "date"),
        "role": ("role", "title", "job title"),
        "segment": ("segment", "team", "market segment"),
        "count": ("count", "hires", "heads", "headcount", "number"),
    },
    ("start",),
)
FLAGS = ("is_won", "is_closed")  # columns of yes and no
KINDS = {kind.name: kind for kind in (OPPORTUNITIES, HISTORY, ROSTER, ACCOUNTS, PRODUCTS, HIRES)}


def places(kind: Kind, table: Table, own: Mapping[str, str]) -> dict[str, int]:
    """Where a file has the columns of its kind, by name; those that it does not have are left out.

    Args:
        own: headings that the mapping names, by our column.

    Raises ExportError: a column that the mapping names is not there, one stands twice, or a needed one is missing.
    """
    names = [fold(cell) for cell in table.heading]
    found: dict[str, int] = {}
    for column, aliases in kind.columns.items():
        if column in own:
            wanted = [fold(own[column])]
            if wanted[0] not in names:
                raise ExportError(
                    f'{table.name}: the mapping reads {column} from "{own[column]}", and there is no such column.'
                    f"{did_you_mean(own[column], table.heading)} The columns there are {listed(table.heading)}."
                )
        else:
            wanted = [fold(alias) for alias in aliases]
        name = next((one for one in wanted if one in names and _may_be(kind, column, one, table, names)), None)
        if name is None:
            continue
        if names.count(name) > 1:
            raise ExportError(
                f'{table.name}: the column "{table.heading[names.index(name)]}" stands twice; rename one of them.'
            )
        found[column] = names.index(name)
    _check_needed(kind, table, found)
    return found


def _may_be(kind: Kind, column: str, name: str, table: Table, names: list[str]) -> bool:
    """Whether a heading can be of a column: where two may have it, one of them a flag, what stands below it tells."""
    if sum(name in map(fold, aliases) for aliases in kind.columns.values()) < 2:
        return True
    says = flag(table.columns[names.index(name)])
    return (column in FLAGS) == (says is not None and bool((says >= 0).any()))


def _check_needed(kind: Kind, table: Table, found: Mapping[str, int]) -> None:
    missing = [column for column in kind.needed if column not in found]
    if kind is OPPORTUNITIES and not {"outcome", "is_won", "stage"} & set(found):
        missing.append("stage")
    if not missing:
        return
    unused = [cell for place, cell in enumerate(table.heading) if place not in found.values()]
    named = [cell for column in missing for cell in table.heading if fold(cell) in map(fold, kind.columns[column])]
    hints = (
        *(f' "{cell}" says yes or no, not when.' for cell in named),
        *(did_you_mean(alias, unused) for column in missing for alias in (column, *kind.columns[column])),
    )
    below = "columns" if kind is OPPORTUNITIES else kind.name
    raise ExportError(
        f"{table.name}: there is no column for {listed(missing)}.{next(filter(None, hints), '')} The columns there are "
        f'{listed(table.heading)}. Name it in the mapping: {below}: {{{missing[0]}: "its heading"}}.'
    )
