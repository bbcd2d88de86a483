"""How verdicts become a better adapter: data, training, evaluation."""
