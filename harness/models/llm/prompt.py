"""A Jinja2 template -> the messages of a request; what is wrong with it shows before one is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import InputError, Place, did_you_mean
from harness.textfile import read_text

if TYPE_CHECKING:
    from jinja2 import Template, nodes
    from jinja2.sandbox import SandboxedEnvironment

SHIPPED = Path(__file__).with_name("prompt.j2")
BLOCKS = ("system", "user")
VARIABLES = ("codebook", "examples", "labels", "structured", "target", "text")
"""What a template may show; ``codebook``, ``target`` and a label's ``definition`` are null where unknown."""


@dataclass(frozen=True)
class Prompt:
    """A template that was checked, and what it shows besides the statement.

    Attributes
    ----------
    path : Path
        Of the template; errors name it.
    template : jinja2.Template
        With a block ``user`` and perhaps one ``system``, or without blocks: then it is the user message.
    shown : mapping
        ``labels`` (each with ``name`` and ``definition``), ``target``, ``codebook`` and ``structured``.
    """

    path: Path
    template: Template
    shown: Mapping[str, Any]

    def messages(self, text: str, examples: Sequence[Mapping[str, str]] = ()) -> list[dict[str, str]]:
        """Return the messages that ask for the label of one text.

        Parameters
        ----------
        text : str
            The statement as its model sees it.
        examples : sequence of mappings with ``text`` and ``label``
            Labelled statements to show before it.

        Raises
        ------
        InputError
            The template fails, or shows what is null or undefined.
        """
        context = {**self.shown, "text": text, "examples": tuple(examples)}
        try:
            blocks = self.template.blocks
            if not blocks:
                return [{"role": "user", "content": self.template.render(context).strip()}]
            return [
                {"role": role, "content": "".join(blocks[role](self.template.new_context(context))).strip()}
                for role in BLOCKS
                if role in blocks
            ]
        except Exception as error:  # a template is a program of the user's, and may raise anything
            raise InputError(f"the template cannot be rendered: {error}", place=self.path) from None


def read_prompt(path: Path, shown: Mapping[str, Any], *, needs: Sequence[str] = ()) -> Prompt:
    """Read and check a template.

    Parameters
    ----------
    path : Path
    shown : mapping
        As in :class:`Prompt`; the template is rendered once with it.
    needs : sequence of str
        Variables that the configuration fills, so that a template without them is a mistake.

    Raises
    ------
    InputError
        No such file, wrong syntax, unknown variables or blocks, ``text`` not shown, or it cannot be
        rendered.
    """
    from jinja2 import TemplateSyntaxError, meta

    environment = _environment()
    source = read_text(path)
    try:
        tree = environment.parse(source)
        template = environment.from_string(tree)
    except TemplateSyntaxError as error:
        message = f"not a Jinja2 template: {error.message}"
        raise InputError(message, place=Place(str(path), error.lineno)) from None
    used = meta.find_undeclared_variables(tree)
    unknown = sorted(used - set(VARIABLES) - set(environment.globals))
    if unknown:
        message = f"the template names {', '.join(unknown)}, which there is not"
        raise InputError(message, place=path, hint=f"known: {', '.join(VARIABLES)}")
    for name in ("text", *needs):
        if name not in used:
            hint = f"put {{{{ {name} }}}} in" if name == "text" else f"use {name} in it, or do not set it"
            raise InputError(f"the template never shows {name}", place=path, hint=hint)
    _check_blocks(path, tree)
    prompt = Prompt(path, template, shown)
    prompt.messages("a statement", [{"text": "another", "label": str(shown["labels"][0]["name"])}])
    return prompt


def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined, UndefinedError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def printed(value: Any) -> Any:
        if value is None:
            raise UndefinedError("it prints what is not known here (null); ask with {% if … %} first")
        return value

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=printed, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment


def _check_blocks(path: Path, tree: nodes.Template) -> None:
    """Raise `InputError` for blocks that are no message, and for text that would be in none."""
    from jinja2 import nodes

    blocks = list(tree.find_all(nodes.Block))
    for block in blocks:
        if block.name not in BLOCKS:
            place = Place(str(path), block.lineno)
            hint = did_you_mean(block.name, BLOCKS)
            raise InputError(f"the template has an unknown block '{block.name}'", place=place, hint=hint)
    if not blocks:
        return
    if all(block.name != "user" for block in blocks):
        raise InputError("the template has no block 'user'", place=path, hint="{% block user %}")
    for node in tree.body:
        if not isinstance(node, nodes.Block) and not _is_space(node):
            place = Place(str(path), node.lineno)
            raise InputError("what stands outside of the blocks would be in no message", place=place)


def _is_space(node: nodes.Node) -> bool:
    from jinja2 import nodes

    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )
