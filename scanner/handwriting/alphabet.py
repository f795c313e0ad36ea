"""The characters that the nets tell apart, in the order of their outputs.

Each net has one output more, at the end: not a character.
"""

DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ'-."
