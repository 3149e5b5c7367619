"""The trigger chain's shell: triggers plan runs, the pump leases due steps, the engine works them, people resolve the rest."""
