"""All tables in one place, so that migrations see the whole schema. Holds no logic."""

from storage import (
    adapters,
    aliases,
    annotations,
    answers,
    audit,
    commands,
    corrections,
    cycles,
    datasets,
    evaluations,
    examples,
    heartbeats,
    inbox,
    leases,
    metric_definitions,
    ratings,
    requests,
    reviews,
    teacher_requests,
    training_runs,
)
from storage.record import Record

MODULES = (
    adapters,
    aliases,
    annotations,
    answers,
    audit,
    commands,
    corrections,
    cycles,
    datasets,
    evaluations,
    examples,
    heartbeats,
    inbox,
    leases,
    metric_definitions,
    ratings,
    requests,
    reviews,
    teacher_requests,
    training_runs,
)
METADATA = Record.metadata
