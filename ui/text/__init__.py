"""All words of the screen, the receipt and the voice. Plain Python: a view and a language in, text out."""
