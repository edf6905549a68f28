"""Pictures drawn by our own hand with Pillow: surfaces, covers, figures. Pure: sizes and colours in, an image out."""
