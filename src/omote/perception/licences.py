"""Under which terms the weights of our own plugins may be used, as far as their publishers say it plainly."""

LICENCES = {
    "centerface": "MIT",
    "retinaface": "MIT (github.com/yakhyo/retinaface-pytorch)",
    "scrfd": "non-commercial research (github.com/deepinsight/insightface)",
    "yolov8-face": "GPL; see github.com/derronqi/yolov8-face",
    "dlib-68": "research only (trained on iBUG 300-W)",
    "pipnet-68": "MIT (github.com/jhb86253817/PIPNet)",
    "pipnet-98": "MIT (github.com/jhb86253817/PIPNet)",
    "dlib-resnet": "public domain",
    "arcface": "non-commercial research (github.com/deepinsight/insightface)",
    "adaface": "see github.com/mk-minchul/AdaFace",
    "components": "no weights",
    "extended": "no weights",
    "bisenet": "MIT (github.com/yakhyo/face-parsing)",
    "xseg": "GPL-3.0 (github.com/iperov/DeepFaceLab)",
    "measured": "no weights",
    "ediffiqa": "see github.com/yakhyo/face-image-quality-assessment",
}
"""By the plugin's name. Where this says "see", no plain statement was found; the data a network learnt from can bind
further than its licence."""
