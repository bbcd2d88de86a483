"""The curves of a run as a picture: training and validation loss over steps."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.training.progress import ProgressLine

# One batch's loss jumps about; the mean over this many shows where it goes.
SMOOTHING_STEPS = 8


def smooth(values: Sequence[float], width: int = SMOOTHING_STEPS) -> list[float]:
    """Mean over the last `width` values, fewer at the beginning."""
    return [
        sum(values[max(0, at - width + 1) : at + 1]) / min(at + 1, width)
        for at in range(len(values))
    ]


def draw_curves(lines: Sequence[ProgressLine], best_step: int, path: Path) -> None:
    """Write a PNG; the best evaluation is marked."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    trained = [(line.step, line.loss) for line in lines if line.loss is not None]
    evaluated = [(line.step, line.eval_loss) for line in lines if line.eval_loss is not None]
    figure = Figure(figsize=(7, 4), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    if trained:
        steps, losses = zip(*trained, strict=True)
        axes.plot(steps, losses, color="#9ab6d3", linewidth=1, label="training, each step")
        axes.plot(
            steps, smooth(losses), color="#2b5c8a", label=f"training, mean of {SMOOTHING_STEPS}"
        )
    if evaluated:
        steps, losses = zip(*evaluated, strict=True)
        axes.plot(steps, losses, color="#b5541c", marker="o", label="validation")
        for step, loss in evaluated:
            if step == best_step:
                axes.annotate(
                    f"best {loss:.3f}", (step, loss), textcoords="offset points", xytext=(0, 10),
                    ha="center", color="#b5541c",
                )  # fmt: skip
    axes.set_xlabel("optimizer step")
    axes.set_ylabel("loss on completion tokens")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    figure.savefig(path)
