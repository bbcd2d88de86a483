"""`analyst bench gpu`: what a 7B model costs to train here; refuses where there is no GPU.

The measurement is `tests/gpu`, so it needs the repository, not only the installed package.
"""

import os
import subprocess
import sys
from pathlib import Path

import typer

from deploy.commands.output import fail, print_line
from pipeline.training.checks import gpu_free_bytes

app = typer.Typer(help="Measurements of this machine.")
ROOT = Path(__file__).parents[2]
MEASUREMENT = ROOT / "tests" / "gpu"
FIGURES = ROOT / "deploy" / "bench" / "results"


@app.callback()
def _group() -> None:
    """Keep `gpu` a subcommand although it is the only one."""


@app.command()
def gpu() -> None:
    """Train a 7B-shaped model of random weights for a few steps; figures as JSON, one a preset."""
    try:
        free = gpu_free_bytes()
    except ImportError as error:
        raise fail(
            "PyTorch is not installed; run make setup on the machine with the GPU."
        ) from error
    if free is None:
        raise fail(
            "NO GPU HERE: nothing was measured. PyTorch sees no CUDA device; run this on a machine "
            "with one (24 GB or more) and check that nvidia-smi lists it there."
        )
    if not MEASUREMENT.is_dir():
        raise fail("The measurement is part of the repository (tests/gpu), which is not here.")
    print_line(f"{free / 2**30:.0f} GiB of GPU memory are free; this takes some minutes.")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(MEASUREMENT), "-m", "gpu", "-s", "-q"],
        cwd=ROOT,
        env=os.environ | {"GPU_FIGURES": str(FIGURES)},
    )
    if done.returncode != 0:
        raise fail("The measurement failed or missed its aim; what it printed says where.")
    print_line(f"The figures are in {FIGURES}.")
