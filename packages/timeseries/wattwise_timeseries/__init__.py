"""Pure functions on energy time series: calendars, gaps, resampling, error measures."""
