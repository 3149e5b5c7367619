"""The trigger chain's rules: what a chain is, what it plans, and what each step decides."""
