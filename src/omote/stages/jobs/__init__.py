"""The jobs of `omote alignments`, a file for each group. Settings and reports need nothing heavy, as in stages."""
