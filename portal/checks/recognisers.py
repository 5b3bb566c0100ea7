"""A language model that knows names no list has, where an operator has installed one: off unless asked for.

The rules stand on their own without it. What it finds is only where a name may be: which names are a finding
is for the rule about names to say, by the same words around and the same exceptions.
"""

from collections.abc import Callable, Iterable

import structlog

from portal.checks.reading import Span

log = structlog.get_logger()

# From a text to where people are named in it.
Recogniser = Callable[[str], Iterable[Span]]

SURE_ENOUGH = 0.6
LANGUAGE = "en"


class NotInstalled(Exception):
    """The model that was asked for, or what runs it, is not on this machine."""


_used: Recogniser | None = None
_name: str | None = None


def use(recogniser: Recogniser | None, name: str | None = None) -> None:
    """Ask this one from now on; None for the rules alone."""
    global _used, _name
    _used, _name = recogniser, name


def in_use() -> str | None:
    """The model's name, to be kept with what was found."""
    return _name


def people_in(text: str) -> list[Span]:
    """Where the model sees a person's name; nothing without a model, or when it breaks."""
    if _used is None:
        return []
    try:
        return list(_used(text))
    except Exception as error:
        # Somebody else's model: whatever it raises, the rules go on alone. The text stays out of the log.
        log.warning("recogniser_broke", kind=type(error).__name__)
        return []


def presidio(model: str) -> Recogniser:
    """Presidio over a spaCy model that is installed; nothing is downloaded. Raises NotInstalled."""
    try:
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpEngineProvider

        settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": LANGUAGE, "model_name": model}]}
        # spaCy itself would fetch what is missing; loading it by name first does not.
        import spacy

        spacy.load(model)
        engine = AnalyzerEngine(
            nlp_engine=NlpEngineProvider(nlp_configuration=settings).create_engine(),
            supported_languages=[LANGUAGE],
        )
    except (ImportError, OSError) as missing:
        raise NotInstalled(model) from missing

    def people(text: str) -> list[Span]:
        found = engine.analyze(text=text, entities=["PERSON"], language=LANGUAGE, score_threshold=SURE_ENOUGH)
        return [Span(one.start, one.end) for one in found]

    return people
