"""What leaves this machine, what it costs, and which material counts as collected."""

import pytest

from pipeline.augmentation.errors import AugmentationRefusedError
from pipeline.augmentation.seeds import is_collected
from pipeline.augmentation.settings import AugmentationSettings, is_on_this_machine
from pipeline.augmentation.surroundings import check_settings
from storage.examples import Example


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.8.9.1/v1", True),
        ("http://localhost:8000/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://10.0.0.5:8000/v1", False),
        ("http://localhost.example.com/v1", False),
        ("https://127.0.0.1.example.com/v1", False),
        ("http://user:127.0.0.1@example.com/v1", False),
        ("https://api.example.com/v1", False),
        ("", False),
    ],
)
def test_only_loopback_is_this_machine(url: str, is_local: bool) -> None:
    assert is_on_this_machine(url) is is_local


def test_outside_needs_the_setting() -> None:
    outside = AugmentationSettings(base_url="https://api.example.com/v1")
    with pytest.raises(AugmentationRefusedError, match="ALLOW_EXTERNAL"):
        check_settings(outside)
    check_settings(outside.model_copy(update={"allow_external": True}))


def test_address_must_be_one() -> None:
    with pytest.raises(AugmentationRefusedError, match="BASE_URL"):
        check_settings(AugmentationSettings(base_url="api.example.com"))


def test_price_is_per_million_tokens() -> None:
    settings = AugmentationSettings(input_price=2.0, output_price=10.0)
    assert settings.price(1_000_000, 100_000) == pytest.approx(3.0)
    assert not settings.is_free
    assert AugmentationSettings().is_free


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"origin": "curated"}, False),
        ({"origin": "simulated"}, False),
        ({"origin": "augmentation"}, False),
        ({"origin": "augmentation", "provenance": {"is_collected": True}}, True),
        ({"origin": "correction"}, True),
        ({"origin": "import"}, True),
        ({"origin": "curated", "author_id": "U1"}, True),
        ({"origin": "curated", "answer_id": "a1"}, True),
    ],
)
def test_what_people_wrote_is_collected(fields: dict[str, object], expected: bool) -> None:
    assert is_collected(Example(key="k", family_id="f", **fields)) is expected
