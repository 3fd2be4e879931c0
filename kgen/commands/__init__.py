"""One module per verb: a plain function from keyword arguments to a result value."""
