"""What other face-swap tools keep of faces, both ways: faceswap's `.fsa`, PNG header and JSON; DeepFaceLab's JPEGs, in.

Their files come from strangers, so each reader takes plain values only, checks all of them, and has a limit on memory.
"""
