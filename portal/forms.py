"""Forms draw fields, hint and carry CSRF; their rules are those of their input."""

import unicodedata
from collections.abc import Callable
from typing import Any, ClassVar, ParamSpec, TypeVar

from flask_wtf import FlaskForm
from pydantic import ValidationError
from wtforms import Field

from portal.errors import Conflict, Invalid
from portal.inputs import Input, problems

P = ParamSpec("P")
Result = TypeVar("Result")


class InputForm(FlaskForm):
    """A form whose problems are its input's: `input` names the record that checks it.

    Set `words` to say a field's refusal better than the general sentence does: {"email": "Enter your e-mail
    address."}.
    """

    input: ClassVar[type[Input]]
    words: ClassVar[dict[str, str]] = {}
    whole: list[str]
    is_refused: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whole = []
        self.is_refused = False

    def run(self, flow: Callable[..., Result], *args: Any, **kwargs: Any) -> Result | None:
        """Hand a sent form to its input and the input to `flow(*args, input, **kwargs)`.

        None when nothing was sent or it was refused; the problems then stand beside the fields, or in
        `whole` when they are about no single field, and `is_refused` is true.
        """
        if not self.is_submitted():
            return None
        # Flask-WTF checks the CSRF token for every POST before any view runs (CSRFProtect).
        try:
            return flow(*args, self.to_input(), **kwargs)
        except ValidationError as refused:
            for problem in problems(refused):
                name = problem.field.split(".")[0]
                self.refuse(problem.field, self.words.get(name) or self._named(name, problem.words))
        except Invalid as refused_by_flow:
            self.refuse_all(refused_by_flow)
        except Conflict as moved_on:
            self.refuse("", moved_on.words)
        return None

    def to_input(self) -> Input:
        """The input that the sent fields make; a form whose fields differ from its input overrides this."""
        known = self.input.model_fields
        return self.input.model_validate({name: value for name, value in self.data.items() if name in known})

    def refuse_all(self, refused: Invalid) -> None:
        """Put what a flow said in its places."""
        for name, words in refused.problems:
            self.refuse(name, words)

    def refuse(self, name: str, words: str) -> None:
        """Put a sentence beside a field, or above the form when there is no such field."""
        self.is_refused = True
        field: Field | None = self._fields.get(name.split(".")[0]) if name else None
        if field is None:
            self.whole.append(words)
            return
        field.errors = [*field.errors, words]
        if isinstance(field.data, str):  # what HTML cannot hold is not drawn again
            field.data = "".join(x for x in field.data if x in "\r\n\t" or unicodedata.category(x) != "Cc")

    def _named(self, name: str, words: str) -> str:
        """The general sentence with the field's name in it, for it also stands above the form."""
        field: Field | None = self._fields.get(name)
        for opening in ("This must ", "Must "):
            if field is not None and words.startswith(opening):
                return f"{field.label.text} must {words.removeprefix(opening)}"
        return words
