"""Which setting of ours each option of faceswap's training is, and why some are none. Facts, no code."""

from collections.abc import Mapping

from omote.training.foreign.faceswap_ini import Value

SETTINGS = {
    "centering": "crop.centering",
    "vertical_offset": "crop.vertical_offset",
    "icnr_init": "initial.icnr",
    "conv_aware_init": "initial.kernel",
    "mixed_precision": "compute.precision",
    "mask_loss_function": "loss.learned_mask_by",
    "optimizer": "optimizer.name",
    "gradient_clipping": "optimizer.clipping",
    "clipping_value": "optimizer.clip_at",
    "autoclip_history": "optimizer.clip_history",
    "weight_decay": "optimizer.weight_decay",
    "gradient_accumulation": "optimizer.accumulate",
    "ada_beta_1": "optimizer.beta_1",
    "ada_beta_2": "optimizer.beta_2",
    "ada_amsgrad": "optimizer.amsgrad",
    "preview_images": "watch.preview_faces",
    "zoom_amount": "augment.zoom",
    "rotation_range": "augment.rotation",
    "shift_range": "augment.shift",
    "flip_chance": "augment.flip",
    "color_lightness": "augment.lightness",
    "color_ab": "augment.colour",
    "color_clahe_chance": "augment.clahe",
    "color_clahe_max_size": "augment.clahe_grid",
}
"""Options that are one setting of `LearnConfig`; those that want arithmetic are not among them."""

VALUES: Mapping[str, Mapping[Value, Value]] = {
    "conv_aware_init": {False: "he_uniform", True: "convaware"},
    "mixed_precision": {False: "fp32", True: "auto"},
    "optimizer": {"rms-prop": "rmsprop"},
    "gradient_clipping": {"global_norm": "norm"},
}
"""Values of those that are said otherwise here."""

REMARKS: Mapping[str, Mapping[Value, str]] = {
    "mixed_precision": {False: 'compute.precision = "auto" is faster where the GPU can'},
    "gradient_clipping": {"norm": "by the norm of all tensors together, not of each"},
}
"""Values of those that are not quite the same here."""

LOSSES = {
    **{name: name for name in ("ssim", "ms_ssim", "gmsd", "mse", "mae", "logcosh", "flip")},
    "smooth_loss": "smooth",
    "laploss": "laplacian",
    "ffl": "frequency",
    "pixel_gradient_diff": "gradient",
    "l_inf_norm": "l_inf",
    "lpips_alex": "lpips",
    "lpips_squeeze": "lpips",
    "lpips_vgg16": "lpips",
}

_FINDER = "find_rate of train looks for a rate, and has no settings"
_AS_THEY_ARE = "masks are used as they are"
_NO_WAITING = "loading needs none: faces are decoded once"

MISSING = {
    "reflect_padding": "networks pad as they were designed to",
    "lr_finder_iterations": _FINDER,
    "lr_finder_mode": _FINDER,
    "lr_finder_strength": _FINDER,
    "nan_protection": "always on: a step that is not finite is never taken",
    "convert_batchsize": "a setting of convert: frames_at_once",
    "mask_dilation": _AS_THEY_ARE,
    "mask_blur_kernel": _AS_THEY_ARE,
    "mask_threshold": _AS_THEY_ARE,
    "save_optimizer": "always saved, so that a run goes on exactly",
    "num_processes": _NO_WAITING,
    "pre_fetch": _NO_WAITING,
    "mask_opacity": "the tint has one strength; watch.mask_overlay turns it on",
    "mask_color": "the tint has one colour",
}
"""Options that have no counterpart, with the reason."""

MISSING_OF_NETWORKS = {
    "freeze_layers": "name the parts in `freeze`",
    "load_layers": "--load-weights takes what fits by name and shape",
}
"""The same in the networks' sections."""
