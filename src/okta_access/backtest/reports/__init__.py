"""What a backtest found, in each form: one module a form."""
