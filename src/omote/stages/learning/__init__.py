"""What train is made of: its settings, how a run begins, how it is kept and shown."""
