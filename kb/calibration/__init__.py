"""What the estimate is fitted on and judged by: measured rows, the fit, the errors on what was left out."""
