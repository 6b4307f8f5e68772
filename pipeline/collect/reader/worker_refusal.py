"""A file that cannot be read on, said by the rule it breaks."""

from typing import Any


class Refused(Exception):
    """The file is refused; `rule` stands in schemas/rules.yaml, `facts` fill its sentence."""

    def __init__(self, rule: str, **facts: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.facts = {name: str(fact) for name, fact in facts.items()}

    def told(self) -> dict[str, Any]:
        """As it leaves the room."""
        return {"kind": "refused", "rule": self.rule, "facts": self.facts}
