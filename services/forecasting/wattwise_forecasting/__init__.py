"""Worker: trains, backtests, chooses and runs forecasters."""
