"""Made-up names of people and accounts, and ids as Salesforce writes them; the n-th is always the same."""

from __future__ import annotations

_FIRST = (
    "Ann", "Ben", "Chloé", "Dan", "Eva", "Femi", "Gia", "Hugo", "Inés", "Jörg", "Kim", "Lea", "Marc", "Nina", "Omar",
    "Pia", "Quinn", "Rosa", "Sami", "Tara", "Uma", "Vito", "Wen", "Xenia", "Yuki", "Zoë", "Amir", "Bo", "Cleo", "Dora",
    "Emil",
)  # fmt: skip
_LAST = (
    "Adler", "Brandt", "Castro", "Diaz", "Ellis", "Fischer", "García", "Haddad", "Ito", "Jansen", "Kowalski", "Lund",
    "Müller", "Nowak", "Okafor", "Peretz", "Quist", "Rossi", "Sørensen", "Tanaka", "Ueda", "Varga", "Weiss", "Yilmaz",
    "Zhang", "Abbott", "Bellamy", "Chen", "Doyle", "Evans", "Frost", "Gupta", "Hale", "Ivanov", "Joshi", "Keller",
    "Lopez",
)  # fmt: skip
_WHAT = (
    "Amber", "Birch", "Cobalt", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Indigo", "Juniper", "Keystone",
    "Lumen", "Meridian", "Northern", "Orchard", "Pioneer", "Quartz", "Ridge", "Summit", "Timber", "Union", "Vertex",
    "Willow",
)  # fmt: skip
_KIND = (
    "Foods", "Logistics", "Health", "Energy", "Robotics", "Textiles", "Bank", "Media", "Labs", "Motors", "Insurance",
    "Schools", "Hotels", "Chemicals", "Software", "Rail", "Farms", "Optics", "Paper", "Games",
)  # fmt: skip
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_STEM = "0065e00000"  # 006 is an opportunity's


def person_name(n: int) -> str:
    """Two people never share a name: both lists have lengths without a common factor, and after them a number comes."""
    name = f"{_FIRST[n % len(_FIRST)]} {_LAST[n % len(_LAST)]}"
    again = n // (len(_FIRST) * len(_LAST))
    return f"{name} {again + 1}" if again else name


def account_name(n: int) -> str:
    """An account's name, with a number after the first few hundred."""
    name = f"{_WHAT[n % len(_WHAT)]} {_KIND[n % len(_KIND)]}"
    again = n // (len(_WHAT) * len(_KIND))
    return f"{name} {again + 1}" if again else name


def deal_id(n: int) -> str:
    """The case-safe id of 18 signs; its first 15 are the id that reports show."""
    tail = ""
    for _ in range(5):
        n, sign = divmod(n, len(_SIGNS))
        tail = _SIGNS[sign] + tail
    id15 = _STEM + tail
    thirds = (id15[start : start + 5] for start in (0, 5, 10))
    return id15 + "".join(_CHECKS[sum(c.isupper() << place for place, c in enumerate(third))] for third in thirds)
