"""All settings, put together once from `.env` and the environment; nothing else reads either.

Names: SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_SIGNING_SECRET as Slack calls them; everything
else is ANALYST_<ROOM>__<NAME>, for example ANALYST_STORAGE__URL or ANALYST_VLLM__PORT.
"""

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.serving.settings import ServingSettings
from bot.settings import AnsweringSettings, CatalogueSettings, FeedbackSettings, RoleSettings
from bot.slack.settings import SlackSettings
from deploy.vllm.settings import VllmSettings
from pipeline.augmentation.settings import AugmentationSettings
from pipeline.evaluation.settings import EvaluationSettings
from scheduler.settings import SchedulerSettings
from storage.database import StorageSettings


class SettingsError(ValueError):
    """A setting is wrong; the message names it and what it should be."""


class AnalystSettings(BaseSettings):
    """Every room's settings in one place."""

    model_config = SettingsConfigDict(
        env_prefix="ANALYST_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        populate_by_name=True,
    )

    slack_bot_token: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("SLACK_BOT_TOKEN")
    )
    slack_app_token: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("SLACK_APP_TOKEN")
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("SLACK_SIGNING_SECRET")
    )
    slack: SlackSettings = SlackSettings()
    storage: StorageSettings = StorageSettings()
    answering: AnsweringSettings = AnsweringSettings()
    roles: RoleSettings = RoleSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    serving: ServingSettings = ServingSettings()
    vllm: VllmSettings = VllmSettings()
    augmentation: AugmentationSettings = AugmentationSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    start_vllm: bool = Field(
        default=True, description="False when vLLM is run elsewhere (ANALYST_SERVING__BASE_URL)"
    )
    data_dir: Path = Path("data")

    def slack_settings(self) -> SlackSettings:
        """Slack settings with the tokens under Slack's own names filled in."""
        named = {
            "bot_token": self.slack_bot_token,
            "app_token": self.slack_app_token,
            "signing_secret": self.slack_signing_secret,
        }
        return self.slack.model_copy(update={k: v for k, v in named.items() if v is not None})


def load_settings() -> AnalystSettings:
    """Read the settings.

    Raises:
        SettingsError: names each wrong setting, without repeating secret values.
    """
    try:
        return AnalystSettings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{'__'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError(f"These settings are wrong: {wrong}. See README, Settings.") from error
