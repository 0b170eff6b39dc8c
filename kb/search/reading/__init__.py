"""The readers of a sentence, one for each kind of thing that is said; each takes the words that it understood."""
