import numpy as np

from omote.cast.render import Shot
from omote.perception.dlib_resnet import DlibResnet


def test_one_actor_is_nearer_to_itself_than_to_another(shots: list[Shot]) -> None:
    plugin = DlibResnet()
    vectors = np.stack([plugin.vectors(shot.rgb, [shot.landmarks])[0] for shot in shots])
    assert vectors.shape == (6, 128)
    distance = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    same = [distance[i, j] for i in range(6) for j in range(i) if i // 3 == j // 3]
    other = [distance[i, j] for i in range(6) for j in range(i) if i // 3 != j // 3]
    assert max(same) < min(other)
    assert max(same) < 0.6
