"""How many texts a second are recognised, and how well.

python -m tests.bench.language
"""

import subprocess
import sys
import time

from feedhub.language import recognize, recognizer
from tests.language.judging import Judgement, held_out

LEAST = 5_000
"""Texts a second on one core."""

ROUNDS = 5

LOADING = """
import time
from feedhub.language import recognizer
start = time.process_time()
recognizer.recognize("yksi sana")
print(round(1_000 * (time.process_time() - start), 1))
"""


def rate(texts: list[str]) -> float:
    """Texts a second of processor time, with no word known from before."""
    times = []
    for _ in range(ROUNDS):
        recognizer._costs.clear()
        start = time.process_time()
        for text in texts:
            recognize(text)
        times.append(time.process_time() - start)
    return len(texts) / sorted(times)[ROUNDS // 2]


def main() -> int:
    sentences = [each.text for each in held_out(0, 1_000)]
    long = [" ".join(sentences[at : at + 30]) for at in range(0, len(sentences), 30)]
    recognize("warm")
    lines = [Judgement(60).table(), Judgement(25, 60).table()]
    speed = rate(sentences)
    for name, texts, found in (("sentences", sentences, speed), ("long texts", long, rate(long))):
        mean = sum(map(len, texts)) / len(texts)
        lines.append(f"{found:8.0f} {name} a second (of {mean:.0f} characters on average)")
    started = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, check=True)
    lines.append(f"{started.stdout.decode().strip():>8} ms for the first text, with loading")
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if speed >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
