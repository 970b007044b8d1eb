"""Personal data: until when the law asks for them, and how they are erased by that rule."""
