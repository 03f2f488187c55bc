"""The consortium: libraries and their hours, staff, and the roles by which staff see and change things."""
