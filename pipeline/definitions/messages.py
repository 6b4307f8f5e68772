"""What is said beside the sentences of the rules, schemas/messages.yaml, as a frozen object."""

from pipeline.definitions.schema_models import Definition, Id, Label


class Messages(Definition):
    """Words of the findings, of the queue, and of the page of the check (in bokmål, for analysts alone)."""

    findings: dict[Id, Label]
    queue: dict[Id, Label]
    report: dict[Id, str]
