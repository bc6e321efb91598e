"""Pure expressions over the events of the lake: visits, channels, catchments."""
