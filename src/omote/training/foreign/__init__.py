"""Settings of other tools' trainings, said in ours."""
