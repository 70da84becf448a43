import re
from collections import Counter

STOP_WORDS = set(
    "a an and are as at be but by for from had has he her his in is it its not of on or she that the to was were with when".split()
)
WORDS_PER_MINUTE = 220


class PythonPredictor:
    """Counts the words and sentences of a text, and finds what it is about."""

    def __init__(self, config):
        self.keywords = config["keywords"]

    def predict(self, payload):
        words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", payload.lower())
        sentences = [s for s in re.split(r"[.!?]+(?:\s|$)", payload) if s.strip()]
        telling = Counter(word for word in words if word not in STOP_WORDS)
        by_rank = sorted(telling, key=lambda word: (-telling[word], word))
        return {
            "words": len(words),
            "sentences": len(sentences),
            "keywords": by_rank[: self.keywords],
            "longest_word": max(words, key=len, default=None),
            "reading_minutes": round(len(words) / WORDS_PER_MINUTE, 2),
        }
