"""Consistency (KB401 to KB449): whether a record agrees with itself and with its neighbours."""
