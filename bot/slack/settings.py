"""Settings of the Slack surface; put together in `deploy.settings`."""

from typing import Literal

from pydantic import BaseModel, Field, SecretStr


class SlackSettings(BaseModel):
    """How to reach Slack and how to be reached by it."""

    bot_token: SecretStr = Field(default=SecretStr(""), description="xoxb-..., from Install App")
    app_token: SecretStr = Field(default=SecretStr(""), description="xapp-..., for Socket Mode")
    signing_secret: SecretStr = Field(default=SecretStr(""), description="for HTTP mode")
    mode: Literal["socket", "http"] = "socket"
    api_url: str = Field(default="https://slack.com/api/", description="another one for practice")
    http_host: str = "127.0.0.1"
    http_port: int = 3000
    file_hosts: tuple[str, ...] = Field(
        default=("files.slack.com",),
        description="hosts a user's file may be fetched from; the token goes nowhere else",
    )
    file_bytes: int = Field(default=25_000_000, description="largest file that is fetched")
    update_interval_seconds: float = Field(
        default=1.2,
        description="least time between two edits of one message; Slack allows about 50 a minute",
    )
