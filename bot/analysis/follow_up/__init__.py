"""Follow-ups in a thread: the question before, revised as data, then answered by the same path.

Pure: a question and a reply in, the revised question out. It computes no facts and reads no
database; other segments of a catalogue metric are `bot.metric_library`'s business.
"""

from bot.analysis.follow_up.revising import ask_again, is_follow_up, revise_question

__all__ = ["ask_again", "is_follow_up", "revise_question"]
