"""Phaze-A: a network that is put together from options. Encoder → bottleneck → fully connected → decoder, each of many kinds."""
