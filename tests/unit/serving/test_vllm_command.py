"""The server's command line and environment, without starting it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.vllm.command import build_command, build_environment
from deploy.vllm.explain import explain_failure, last_words
from deploy.vllm.settings import VllmSettings

CPU = VllmSettings(profile="cpu", port=8123)


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_the_model_string_reaches_vllm_unchanged() -> None:
    # vLLM compares it letter by letter with base_model_name_or_path of each adapter
    assert "models/smollm2-135m-instruct" in build_command(CPU)


def test_cpu_command() -> None:
    command = build_command(CPU)
    assert option(command, "--host") == "127.0.0.1"
    assert option(command, "--port") == "8123"
    assert option(command, "--dtype") == "bfloat16"
    assert option(command, "--max-lora-rank") == "16"
    assert option(command, "--chat-template") == "models/smollm2-135m-instruct/chat_template.jinja"
    assert "--enable-lora" in command
    assert "--tensor-parallel-size" not in command


def test_a_rank_that_is_set_is_kept() -> None:
    command = build_command(VllmSettings(profile="cpu", max_lora_rank=64))
    assert option(command, "--max-lora-rank") == "64"


def test_gpu_command() -> None:
    settings = VllmSettings(profile="gpu", tensor_parallel_size=4, extra_args=("--seed", "1"))
    command = build_command(settings)
    assert option(command, "--dtype") == "auto"
    assert option(command, "--max-lora-rank") == "32"
    assert option(command, "--tensor-parallel-size") == "4"
    assert option(command, "--gpu-memory-utilization") == "0.9"
    assert command[-2:] == ["--seed", "1"]


def test_the_server_gets_no_secrets() -> None:
    inherited = {
        "SLACK_BOT_TOKEN": "xoxb-secret",
        "DATABASE_URL": "postgresql://user:secret@db",
        "OPENAI_API_KEY": "secret",
        "PATH": "/bin",
        "CUDA_VISIBLE_DEVICES": "1",
    }
    environment = build_environment(CPU, inherited)
    assert "secret" not in " ".join(environment.values())
    assert environment["PATH"] == "/bin"
    assert environment["CUDA_VISIBLE_DEVICES"] == "1"


def test_adapters_are_found_by_name_in_their_folder() -> None:
    environment = build_environment(CPU, {})
    assert environment["VLLM_PLUGINS"] == "lora_filesystem_resolver"
    assert environment["VLLM_LORA_RESOLVER_CACHE_DIR"] == "adapters"
    assert environment["VLLM_ALLOW_RUNTIME_LORA_UPDATING"] == "True"
    assert environment["HF_HUB_OFFLINE"] == "1"


@pytest.mark.parametrize(
    ("cores", "bind"),
    [({0, 1}, "0,1"), ({3}, "3"), ({0, 1, 2, 3}, "0,1,2,3"), (set(range(5)), "auto")],
)
def test_a_small_machine_gives_the_engine_all_cores(cores: set[int], bind: str) -> None:
    environment = build_environment(CPU, {}, cores=frozenset(cores))
    assert environment["VLLM_CPU_OMP_THREADS_BIND"] == bind


def test_intels_openmp_is_preloaded_where_it_is_installed(tmp_path: Path) -> None:
    without = build_environment(CPU, {}, library_folder=tmp_path)
    assert "LD_PRELOAD" not in without
    library = tmp_path / "libiomp5.so"
    library.touch()
    alone = build_environment(CPU, {}, library_folder=tmp_path)
    assert alone["LD_PRELOAD"] == str(library)
    both = build_environment(CPU, {"LD_PRELOAD": "/x.so"}, library_folder=tmp_path)
    assert both["LD_PRELOAD"] == f"{library}:/x.so"
    gpu = VllmSettings(profile="gpu")
    assert "LD_PRELOAD" not in build_environment(gpu, {}, library_folder=tmp_path)


@pytest.mark.parametrize("model", ["/models/x", "../x", "models/../../x", "", "--help", "~/x"])
def test_a_model_must_be_a_relative_folder(model: str) -> None:
    with pytest.raises(ValidationError, match="relative folder"):
        VllmSettings(model=model)


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("python: No module named vllm.entrypoints", "make setup"),
        ("OSError: [Errno 98] error while attempting to bind", "port 8123 is taken"),
        ("ValueError: User-specified max_model_len (99999) is greater than the derived "
         "max_model_len (max_position_embeddings=8192)", "smaller max_model_len"),
        ("RuntimeError: operator torchvision::nms does not exist", "uninstall torchvision"),
        ("torch.OutOfMemoryError: CUDA out of memory.", "too little memory"),
        ("api_server.py: error: unrecognized arguments: --wat", "does not know the option --wat"),
        ("safetensors_rust.SafetensorError: Error while deserializing header", "damaged"),
        ("OSError: models/x does not appear to have a file named config.json", "no complete model"),
    ],
)  # fmt: skip
def test_a_log_becomes_a_sentence(log: str, expected: str) -> None:
    sentence = explain_failure(f"INFO 11-23 03:00:00 [x.py:1] hello\n{log}\n", 1, CPU)
    assert expected in sentence
    assert sentence.endswith(".")
    assert "Traceback" not in sentence


def test_an_unknown_end_quotes_the_last_error() -> None:
    log = (
        "(APIServer pid=3) Traceback (most recent call last):\n"
        "(APIServer pid=3) KeyError: 'surprise'\n"
        "(APIServer pid=3) bye\n"
    )
    assert last_words(log) == "KeyError: 'surprise'"
    sentence = explain_failure(log, 1, CPU)
    assert "surprise" in sentence
    assert "data/logs/vllm.log" in sentence
    assert "killed" in explain_failure("", -9, CPU)
