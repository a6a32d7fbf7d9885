"""Phaze-A, a network put together from options: encoder → bottleneck → fully connected → decoder."""
