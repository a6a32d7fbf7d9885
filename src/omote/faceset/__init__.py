"""From face pictures to tensors on the device, and augmentation there."""
