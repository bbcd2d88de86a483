"""Facts users found false or misleading: each line must be literally true."""

import pytest

from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.question import MetricKind, MetricQuestion, RecordedChange

STEP = (41.2, 41.0, 41.4, 41.1, 41.3, 41.2, 36.1, 36.0, 36.3, 36.2, 36.1, 36.2)


def findings(values: tuple[float, ...], **more: object) -> Findings:
    fields = {"metric": "Activation", "kind": MetricKind.RATE, "unit": "%", "values": values}
    return compute_findings(MetricQuestion.model_validate({**fields, **more}))


@pytest.mark.parametrize(("index", "is_told"), [(None, False), (0, True)])
def test_no_change_near_is_only_said_where_every_change_is_placed(
    index: int | None, is_told: bool
) -> None:
    found = findings(STEP, changes=(RecordedChange(what="price rise", index=index),))
    ids = [fact.id for fact in found.facts]
    assert "break.0" in ids
    assert ("break.0.no_change_near" in ids) is is_told
