"""A multiple-choice task: which of six things does a person want?"""

import random
from typing import Any

INTENTS: dict[str, tuple[list[str], list[str]]] = {
    "alarm": (
        ["wake me at {n}", "set an alarm for {n} o'clock", "get me up at {n} tomorrow",
         "I need to be up by {n}"],
        ["don't let me sleep past {n}", "ring at {n} in the morning"],
    ),
    "weather": (
        ["will it rain in {city}", "how warm is it in {city} now", "is it windy in {city} today",
         "do I need an umbrella in {city}"],
        ["is there snow in {city}", "how hot does it get in {city} this week"],
    ),
    "music": (
        ["play some {genre}", "put on the {genre} record", "I want to hear {genre}",
         "turn on my {genre} list"],
        ["some {genre} would be nice", "start that {genre} album"],
    ),
    "travel": (
        ["book a train to {city}", "I need a flight to {city}", "when does the bus to {city} go",
         "find me a way to get to {city}"],
        ["get me a seat on the ferry to {city}", "the fastest route to {city}"],
    ),
    "shopping": (
        ["buy {n} litres of milk", "we are out of bread, get {n}", "order {n} light bulbs",
         "add {n} apples to the list"],
        ["we need {n} more eggs", "put {n} packs of rice in the basket"],
    ),
    "timer": (
        ["tell me when {n} minutes are over", "count down {n} minutes",
         "{n} minutes from now, beep", "stop me after {n} minutes"],
        ["the pasta needs {n} minutes", "give me {n} minutes, then call"],
    ),
}  # fmt: skip
"""Per intent: phrases to train on, and phrases that only the held-out rows use."""

CITIES = ("Oslo", "Lima", "Rome", "Kyoto", "Cairo", "Quito")
GENRES = ("jazz", "rock", "folk", "opera", "soul")


def generate_intents(rows: int, seed: int, held_out: bool) -> list[dict[str, Any]]:
    """Return rows of question, answer and choices; the intents come about equally often.

    Held-out rows ask in phrases that no training row uses. The same seed gives the same rows.
    """
    rng = random.Random(f"intents-{seed}-{held_out}")
    names = list(INTENTS)
    asked = [_ask(rng, names[i % len(names)], held_out) for i in range(rows)]
    rng.shuffle(asked)
    return asked


def _ask(rng: random.Random, intent: str, held_out: bool) -> dict[str, Any]:
    phrase = rng.choice(INTENTS[intent][held_out])
    number, city, genre = rng.randint(2, 12), rng.choice(CITIES), rng.choice(GENRES)
    question = phrase.format(n=number, city=city, genre=genre)
    return {"question": question, "answer": intent, "choices": list(INTENTS)}
