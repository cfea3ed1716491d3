"""The shape of a pydantic model as its JSON Schema tells it: which keys a place allows, and which range."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import BaseModel

JsonNode = dict[str, Any]


@lru_cache(maxsize=8)
def _schema_of(model: type[BaseModel]) -> JsonNode:
    return model.model_json_schema()


class SchemaNode:
    """A place in the schema of a model.

    Follows references, takes the branch of a union that the data name by ``kind``, and sees through dated values, so
    that a walk along the user's keys always knows what is allowed there.
    """

    def __init__(self, root: JsonNode, node: JsonNode) -> None:
        self.root = root
        self.may_be_null = node.get("type") == "null" or {"type": "null"} in node.get("anyOf", ())
        self.node = self._plain(node)

    @classmethod
    def of(cls, model: type[BaseModel]) -> SchemaNode:
        schema = _schema_of(model)
        return cls(schema, schema)

    def _plain(self, node: JsonNode) -> JsonNode:
        while True:
            if "$ref" in node:
                node = self.root["$defs"][node["$ref"].rsplit("/", 1)[-1]]
            elif "anyOf" in node:
                node = next(choice for choice in node["anyOf"] if choice.get("type") != "null")
            else:
                return node

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names a union is told apart by; empty where there is no union."""
        return tuple(self.node.get("discriminator", {}).get("mapping", ()))

    @property
    def is_dated(self) -> bool:
        return set(self.node.get("properties", ())) == {"start", "changes"}

    @property
    def is_group(self) -> bool:
        """Whether keys stand below it; a dated value is one value."""
        return bool(self.kinds or (not self.is_dated and (self.keys or self.names_are_free)))

    def undated(self) -> SchemaNode:
        """The shape of one value where the lever may be dated."""
        return SchemaNode(self.root, self.node["properties"]["start"]) if self.is_dated else self

    def chosen(self, data: Any) -> SchemaNode:
        """The branch of a union that the data name; itself where there is none."""
        kind = data.get("kind") if isinstance(data, dict) else None
        if kind in self.kinds:
            return SchemaNode(self.root, {"$ref": self.node["discriminator"]["mapping"][kind]})
        return self

    def keys_of_all_kinds(self) -> set[str]:
        """The keys that any branch of a union knows."""
        return {key for kind in self.kinds for key in self.chosen({"kind": kind}).keys}

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that the place knows; empty where the user chooses the names."""
        return tuple(self.node.get("properties", ()))

    @property
    def names_are_free(self) -> bool:
        """Whether the user chooses the names of the keys."""
        return isinstance(self.node.get("additionalProperties"), dict)

    def child(self, key: Any) -> SchemaNode:
        """The shape below a key or a list's index. An unknown key has the empty shape."""
        if self.is_dated:
            return self.undated()
        if isinstance(key, int):
            return SchemaNode(self.root, self.node.get("items", {}))
        below = self.node.get("properties", {}).get(key)
        if below is None:
            rest = self.node.get("additionalProperties")
            below = rest if isinstance(rest, dict) else {}
        return SchemaNode(self.root, below)

    def range_text(self, given: float = 0.0) -> str:
        """The allowed range in words: ``0 to 1``, ``above 0``.

        Limits of a trillion and more only keep out nonsense; they are left out unless the given value breaks them.
        """
        limits = {name: self.node.get(name) for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")}
        low, high, above, below = (
            None if limit is None or (abs(limit) >= 1e12 and abs(given) < 1e12) else limit for limit in limits.values()
        )
        if low is not None and high is not None:
            return f"{_plain(low)} to {_plain(high)}"
        parts = [
            f"{_plain(low)} or more" if low is not None else "",
            f"above {_plain(above)}" if above is not None else "",
            f"at most {_plain(high)}" if high is not None else "",
            f"below {_plain(below)}" if below is not None else "",
        ]
        return ", ".join(part for part in parts if part)


def _plain(limit: float) -> str:
    if 0.0 < abs(limit) < 1e-3:
        return f"{limit:.9f}".rstrip("0")
    return f"{limit:,}" if isinstance(limit, int) else f"{limit:,.12g}"
