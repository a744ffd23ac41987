"""Trained models, forecast runs and the forecasts themselves."""
