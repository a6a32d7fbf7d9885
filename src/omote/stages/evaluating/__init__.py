"""The parts of evaluate: a result beside its plate, a model on faces it never learnt from, and on drawn actors."""
