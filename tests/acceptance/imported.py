"""What a bot imports, imported once and used once, for the processes that `warm` forks."""

from bot.shots import load_shots
from deploy.bootstrap import warm_up

warm_up()
load_shots()
