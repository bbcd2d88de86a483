"""Plain sentences for a vLLM server that would not start or died, from its last log lines.

Pure text in, text out. The order matters: the first cause found is told.
"""

import re

from deploy.vllm.settings import VllmSettings

_LOG_PREFIX = re.compile(
    r"^(\(\S+ pid=\d+\) )?((INFO|WARNING|ERROR|CRITICAL) [\d-]+ [\d:.]+ )?(\[[\w./-]+:\d+\] )?"
)

# (what the log says, what it means and what to do); {model}, {port}, ... come from the settings
_CAUSES: tuple[tuple[str, str], ...] = (
    (
        r"No module named '?\"?vllm",
        "the serving packages are not installed; run make setup",
    ),
    (
        r"torchvision::nms|undefined symbol",
        "packages built for another torch are installed; run pip uninstall torchvision torchaudio "
        "torchcodec, or make setup afresh",
    ),
    (
        r"[Aa]ddress already in use|Errno 98",
        "port {port} is taken by another program; stop it or set another port",
    ),
    (
        r"(?s)(greater|larger) than the derived max_model_len|max_position_embeddings",
        "a context of {max_model_len} tokens is more than {model} allows; set a smaller "
        "max_model_len",
    ),
    (
        r"No available memory for the cache blocks|KV cache is needed|not enough.{0,40}KV cache|"
        r"larger than the maximum number of tokens that can be stored in KV cache",
        "there is too little memory for the key-value cache of {max_model_len} tokens; set a "
        "smaller max_model_len, or give the cache more memory",
    ),
    (
        r"[Oo]ut ?[Oo]f ?[Mm]emory|Cannot allocate memory|bad_alloc|DefaultCPUAllocator",
        "the machine has too little memory for {model}; close other programs, set a smaller "
        "max_model_len or cache, or serve a smaller model",
    ),
    (r"No space left on device", "the disk is full; free some space"),
    (
        r"SafetensorError|HeaderTooLarge|MetadataIncompleteBuffer|incomplete metadata",
        "the weights in {model} are damaged; delete that folder and prepare it again",
    ),
    (
        r"Can't load the configuration|config\.json|Repo id must be|is not a local folder|"
        r"LocalEntryNotFound|OfflineModeIsEnabled",
        "{model} holds no complete model; prepare it again with make setup",
    ),
    (
        r"unrecognized arguments?: (?P<detail>.{1,80})",
        "vLLM does not know the option {detail}; correct extra_args",
    ),
    (
        r"No CUDA GPUs|NVIDIA driver|CUDA driver|no kernel image",
        "no usable GPU was found; use the cpu profile or repair the driver",
    ),
    (
        r"[Tt]ensor.parallel|world.size",
        "tensor parallel over {tensor_parallel_size} GPUs does not fit {model} or this machine; "
        "set the number of GPUs that divides the model's attention heads",
    ),
)


def explain_failure(log_tail: str, status: int | None, settings: VllmSettings) -> str:
    """Say in one sentence why the server stopped; `status` is its exit status, if it has one."""
    values = settings.model_dump()
    for pattern, meaning in _CAUSES:
        if found := re.search(pattern, log_tail):
            reason = meaning.format(**(values | found.groupdict(default="")))
            return f"The model server stopped while starting: {reason}."
    if status in {-9, 137}:
        return (
            "The model server was killed, most likely because the machine ran out of memory; "
            "close other programs or serve a smaller model."
        )
    said = last_words(log_tail)
    return (
        f"The model server stopped with status {status}"
        + (f'; its last words were "{said}"' if said else "")
        + f". The log is {settings.log_file}."
    )


def last_words(log_tail: str) -> str:
    """Return the last line that names an error, or the last line at all, without log prefixes."""
    lines = [_LOG_PREFIX.sub("", line).strip() for line in log_tail.splitlines()]
    lines = [line for line in lines if line]
    errors = [line for line in lines if re.match(r"\w*(Error|Exception|error)\b", line)]
    return (errors or lines or [""])[-1][:200]
