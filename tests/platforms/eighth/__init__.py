"""A network that nobody has heard of, made of what a new one brings and of nothing else.

murmur.py is its file, practice.py its place in the practice network, murmur.svg its icon, samples/ its
samples; the line in each registry is drawn by the test.
"""
