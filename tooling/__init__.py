"""The command `./runbook`: installs, starts, tests and checks Runbook Ops; standard library only."""
