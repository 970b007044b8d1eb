"""The trail tells of every changed row. Its facts stay, its personal values go by rule."""
