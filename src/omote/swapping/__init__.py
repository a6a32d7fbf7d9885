"""From frames, alignments and a model to frames with the other face: plan, swap, composite."""
