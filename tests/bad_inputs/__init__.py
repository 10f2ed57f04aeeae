"""Broken inputs, each with what the command line must say of it: ``python -m tests.bad_inputs``.

A case takes a sound folder, spoils one thing in it and names a command. It is refused well if the command ends
with exit code 1 or 2 and one message that has the place, the line where there is one, and a hint, within its
time and memory, and leaves every file as it was. A case that is sound in truth must be accepted. What is
expected of a case is declared with it, never read off the answer.
"""
