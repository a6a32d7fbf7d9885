"""Networks. They know tensors and nothing else: no files, no video, no losses.

Shapes in names: B batch, C channels, H height, W width.
"""
