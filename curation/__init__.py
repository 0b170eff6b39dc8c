"""Scripts that turned gathered tables into the rows of ``calibration/rows``; each takes its tables as arguments."""
