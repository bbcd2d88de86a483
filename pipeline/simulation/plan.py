"""How long a simulated loop is: cycles, questions, people, cases. The defaults fit two cores."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Arm(StrEnum):
    """Which verdicts an arm of the loop gets."""

    TRUE = "true"  # the rater's own
    SHUFFLED = "shuffled"  # each answer gets the verdict on another one: must not improve


class LoopPlan(BaseModel):
    """What one run of the loop does; part of every key, so a changed plan is another loop."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cycles: int = Field(default=3, ge=1)
    questions: int = Field(default=48, ge=4, description="asked and rated before each cycle")
    raters: int = Field(
        default=4, ge=1, description="the cap on one person's examples asks for several"
    )
    cases: int | None = Field(default=60, ge=4, description="golden cases; None: all of them")
    max_steps: int | None = Field(default=60, ge=1, description="training steps of a cycle at most")
    training_minutes: float = Field(default=10.0, gt=0, description="then the best step so far")
    with_control: bool = True
    seed: int = 8

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms in the order they are run."""
        return (Arm.TRUE, Arm.SHUFFLED) if self.with_control else (Arm.TRUE,)


QUICK = LoopPlan(cycles=1, questions=24, cases=30, max_steps=30, training_minutes=5.0)
