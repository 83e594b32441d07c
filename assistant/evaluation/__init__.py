"""Question sets, measures and the report: how well Byline reads, ranks, answers and declines, with figures anyone can repeat.

Import from the modules; importing the package alone loads nothing.
"""
