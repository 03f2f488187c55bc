"""What readers are given: bibliographies, bulletins, digests and reports, made from what two people let through.

Content is frozen as plain data when a product is made; every file is made from it and comes out the same, byte for
byte, whenever it is made again.
"""
