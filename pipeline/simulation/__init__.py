"""The loop, simulated: scenarios ask, a rater who knows the truth scores and corrects, cycles run.

Everything it makes lives in a folder and databases of its own and says "simulated": it shows that
the loop learns from verdicts, never how good an adapter is for people.
"""
