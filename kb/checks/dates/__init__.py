"""Dates (KB45x to KB47x): whether things came about in a possible order."""
