"""When things happen: the clock, the cycle, the watch over live ratings."""
