"""The way to the model: client, adapter routing, sentences, the verified streaming loop.

Step 5 of the walk. Knows no Slack and no database; what counts as proved is passed in.
"""
