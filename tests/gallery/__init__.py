"""`make gallery`: a picture of every view and state, as each stands in the demo."""
