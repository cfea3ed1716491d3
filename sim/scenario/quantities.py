"""Numbers with a range, numbers with dates, and the strict base of every noun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sim.calendar import Calendar

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=5000)]
NotNegative = Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)]
Positive = Annotated[float, Field(ge=1e-3, le=1e6, allow_inf_nan=False)]
Logit = Annotated[float, Field(ge=-10.0, le=10.0, allow_inf_nan=False)]
Days = Annotated[float, Field(ge=0.0, le=3650.0, allow_inf_nan=False)]
Dollars = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
Cost = Annotated[float, Field(ge=0.0, le=1e12, allow_inf_nan=False)]  # dollars that may be none
Price = Annotated[float, Field(ge=0.01, le=1e12, allow_inf_nan=False)]  # dollars, a cent or more
Leads = Annotated[float, Field(ge=0.0, le=50_000.0, allow_inf_nan=False)]  # a month
FIRST_YEAR, LAST_YEAR = 1900, 2300


def read_day(given: Any) -> date:
    """A date as a person writes it. A bare number is refused: it would be read as seconds since 1970."""
    if isinstance(given, date):
        return _within_years(given)
    if isinstance(given, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
        try:
            when = date.fromisoformat(given)
        except ValueError:
            raise ValueError(f"{given} is not a day of the calendar") from None
        return _within_years(when)
    raise ValueError(f"{given!r} is not a date; write it as 2027-03-31")


def _within_years(when: date) -> date:
    """So that any shift of a date that a scenario may give is a date as well."""
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise ValueError(f"{when} is out of range; allowed are the years {FIRST_YEAR} to {LAST_YEAR}")
    return when


Day = Annotated[date, BeforeValidator(read_day)]


def _adds_up(shares: list[float]) -> list[float]:
    if abs(sum(shares) - 1.0) > 1e-6:
        raise ValueError(f"by_quarter must add up to 1; it adds up to {sum(shares):.4g}")
    return shares


ByQuarter = Annotated[
    list[Share],
    Field(min_length=4, max_length=4, description="linearity: each fiscal quarter's part of the year; adds up to 1"),
    AfterValidator(_adds_up),
]
EVEN_QUARTERS = [0.25] * 4

T = TypeVar("T")


class Noun(BaseModel):
    """A part of a scenario: unknown keys are errors, and nothing changes after it was read.

    Types are strict, or YAML's ``yes`` would pass for the number 1 and a quoted number for a number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """A field's own bounds (``x: Days = Field(ge=7)``) narrow its type's; left alone, the type's would win."""
        super().__pydantic_init_subclass__(**kwargs)
        kind = cls.model_fields.get("kind")
        tells_form = kind is not None and kind.is_required() and not kind.description
        if kind is not None and tells_form:
            kind.description = _first_sentence(cls.__doc__ or "")
        narrowed = {name: _narrowed(field.metadata) for name, field in cls.model_fields.items()}
        wider = {
            name: bounds for name, bounds in narrowed.items() if len(bounds) < len(cls.model_fields[name].metadata)
        }
        for name, bounds in wider.items():
            cls.model_fields[name].metadata = bounds
        if wider or tells_form:
            cls.model_rebuild(force=True)


def _first_sentence(text: str) -> str:
    """What a form is, as the meaning of the kind that chooses it."""
    sentence = " ".join(text.split()).split(". ")[0].rstrip(".")
    return sentence[:1].lower() + sentence[1:]


def _narrowed(metadata: Sequence[Any]) -> list[Any]:
    """What is known of a field's values with one lower and one upper bound, the narrowest."""
    low: list[tuple[Any, bool, Any]] = [(bound.ge, False, bound) for bound in metadata if isinstance(bound, Ge)]
    low += [(bound.gt, True, bound) for bound in metadata if isinstance(bound, Gt)]
    high: list[tuple[Any, bool, Any]] = [(bound.le, True, bound) for bound in metadata if isinstance(bound, Le)]
    high += [(bound.lt, False, bound) for bound in metadata if isinstance(bound, Lt)]
    kept = [max(low, key=_strictness)[2]] if low else []
    kept += [min(high, key=_strictness)[2]] if high else []
    return kept + [other for other in metadata if not isinstance(other, Ge | Gt | Le | Lt)]


def _strictness(bound: tuple[Any, bool, Any]) -> tuple[Any, bool]:
    """A limit, and whether it leaves out itself where it bounds from below, or holds it where from above."""
    return bound[:2]


class Dated(Noun, Generic[T]):
    """A lever: one value, or values from dates on.

    In YAML either ``0.9`` or ``{start: 0.9, 2027-07-01: 0.6}``.
    """

    start: T = Field(description="the value on the first day")
    changes: dict[Day, T] = Field(default_factory=dict, description="dates, each with the value from then on")

    @model_validator(mode="before")
    @classmethod
    def _from_yaml(cls, given: Any) -> Any:
        if isinstance(given, Dated):
            return given
        if not isinstance(given, dict):
            return {"start": given}
        if "start" not in given:
            raise ValueError('dated values need a "start", the value on the first day')
        if set(given) <= {"start", "changes"}:
            return given
        return {"start": given["start"], "changes": {k: v for k, v in given.items() if k != "start"}}

    def on(self, when: date) -> T:
        """The value in force on a date."""
        value = self.start
        for since in sorted(self.changes):
            if since <= when:
                value = self.changes[since]
        return value

    def at(self, day: float, calendar: Calendar) -> T:
        """The value in force at an instant, in days since the scenario's first day."""
        return self.on(calendar.date_of(day)) if self.changes else self.start


# Classes of their own, because a bare ``Dated[...]`` cannot be sent to a worker process.
class DatedFlag(Dated[bool]):
    """Whether, from dates on."""


class DatedAmount(Dated[Annotated[float, Field(ge=0.0, le=1000.0, allow_inf_nan=False)]]):
    """How much, as a multiple, from dates on."""


class DatedDollars(Dated[Dollars]):
    """How many dollars, up or down, from dates on."""
