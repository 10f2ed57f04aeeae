"""What each command below ``harness annotate`` does, as a function of values.

``from harness.annotate import api as annotate``, then ``annotate.agree(".")``. A corpus is a folder with
``seeds/`` and ``annotations/``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.checks import check_corpus, load_corpus
from harness.errors import Problem

if TYPE_CHECKING:
    from harness.annotate.articles.adding import Added
    from harness.annotate.exchange.incoming import Imported
    from harness.annotate.exchange.outgoing import Loss
    from harness.annotate.link.grouping import Pair


def check(corpus: str | Path = ".") -> list[Problem]:
    """Return every problem of a corpus, in order of file and line; the same as :func:`harness.check`."""
    return check_corpus(Path(corpus))


def add(
    files: Sequence[str | Path] = (),
    corpus: str | Path = ".",
    *,
    from_csv: str | Path | None = None,
    encoding: str | None = None,
    **details: Any,
) -> list[Added]:
    """Bring articles into the frozen form and list them in a corpus: all of them or, if one is wrong, none.

    Parameters
    ----------
    files : sequence of path
        Texts in UTF-8, or saved web pages.
    corpus : path
    from_csv : path, optional
        In place of files: a table with the column ``file`` and any of the details.
    encoding : str, optional
        What the files are in, where it is not UTF-8.
    **details
        id and title (of one file), outlet, date, language, rights, provenance, machine_translated. Nobody
        is asked for what is not said.

    Raises
    ------
    HarnessError
        Everything that is wrong, by file.
    """
    from harness.annotate.articles.adding import add_articles
    from harness.annotate.articles.details import Details, received

    table = None if from_csv is None else Path(from_csv)
    return add_articles(
        Path(corpus), received([*map(Path, files)], table, Details(**details)), encoding=encoding
    )


def agree(corpus: str | Path = ".", *, gamma: bool = False, seed: int = 0) -> dict[str, Any]:
    """Return how far the annotators agree, as ``harness annotate agree --json`` says it.

    Parameters
    ----------
    corpus : path
    gamma : bool
        With γ, which takes a while (extra: gamma).
    seed : int, at least 0
        Of the resampled articles and of γ.
    """
    from harness.annotate.agreement.text import agreement_json
    from harness.annotate.unfinished import load_unfinished
    from harness.textfile import parse_json

    said: dict[str, Any] = parse_json(agreement_json(load_unfinished(Path(corpus)), seed=seed, gamma=gamma))
    return said


def suggest(
    article: str,
    corpus: str | Path = ".",
    *,
    cues: str | Path | None = None,
    same_as: str | None = None,
    encoder: str | None = None,
) -> list[dict[str, Any]]:
    """Return the statements that an article may have, one mapping each, in the order of the text.

    Parameters
    ----------
    article : str
        Its id.
    corpus : path
    cues : path, optional
        A cue list in place of the shipped one.
    same_as : str, optional
        An annotator, or ``gold``: add whose statements in other articles may be the same utterance.
    encoder : str, optional
        Compare those by the vectors of a sentence encoder in place of character n-grams.
    """
    from harness.annotate.link.similarity import similarity_by
    from harness.annotate.suggest.text import suggestions
    from harness.textfile import parse_json

    how, list_ = similarity_by(encoder), None if cues is None else Path(cues)
    said = suggestions(Path(corpus), article, list_, as_json=True, same_as=same_as, similarity=how)
    found: list[dict[str, Any]] = parse_json(said)["candidates"]
    return found


def link(
    corpus: str | Path = ".",
    annotator: str = "gold",
    *,
    threshold: float | None = None,
    join: bool = False,
    encoder: str | None = None,
) -> list[Pair]:
    """Return the pairs of statements that may be one utterance, the most alike first.

    Parameters
    ----------
    corpus : path
    annotator : str
        Whose statements: an annotator's, or ``gold``.
    threshold : float in [0, 1], optional
        Least similarity; with ``join`` and none said, one that is sure.
    join : bool
        Join the groups of the pairs, and return those that were: a group is one source's.
    encoder : str, optional
        As for :func:`suggest`.
    """
    from harness.annotate.link.grouping import link as join_groups
    from harness.annotate.link.grouping import propose, statements_of
    from harness.annotate.link.similarity import least, similarity_by
    from harness.annotate.unfinished import load_unfinished

    how = similarity_by(encoder)
    same, other = least(how, threshold, sure=join)
    rows = statements_of(load_unfinished(Path(corpus)), annotator)
    pairs = propose(rows, how, same_source=same, any_source=other)
    return join_groups(Path(corpus), annotator, pairs) if join else pairs


def export_statements(
    folder: str | Path, to: str, *, annotator: str = "gold", corpus: str | Path = "."
) -> tuple[list[Path], list[Loss]]:
    """Write statements for another annotation tool; return the files, and what its format cannot hold.

    Parameters
    ----------
    folder : path
        It has none of the files yet.
    to : 'label-studio', 'brat', 'doccano', 'cas' or 'csv'
    annotator : str
        Whose statements.
    corpus : path
        Without problems.
    """
    from harness.annotate.exchange.outgoing import export, write_export

    exported = export(load_corpus(Path(corpus)), to, annotator)
    return list(write_export(exported, Path(folder))), list(exported.losses)


def import_statements(
    files: Sequence[str | Path],
    shape: str,
    annotator: str,
    *,
    corpus: str | Path = ".",
    replace: bool = False,
) -> Imported:
    """Read another tool's annotations as an annotator's: all of them or, if one is wrong, none.

    Parameters
    ----------
    files : sequence of path
    shape : 'label-studio', 'brat', 'doccano', 'cas' or 'csv'
    annotator : str
        Whose statements they become.
    corpus : path
    replace : bool
        Overwrite what the annotator has for these articles.
    """
    from harness.annotate.exchange.incoming import import_files

    return import_files(Path(corpus), shape, annotator, [*map(Path, files)], overwrite=replace)


def serve(
    annotator: str,
    corpus: str | Path = ".",
    articles: Sequence[str] = (),
    *,
    port: int = 0,
    browser: bool = True,
) -> None:
    """Annotate in a local page, until it is interrupted; see ``harness annotate serve``."""
    from harness.annotate.serve.server import serve_corpus

    serve_corpus(Path(corpus), annotator, list(articles), port, browser=browser)


def adjudicate(
    corpus: str | Path = ".",
    articles: Sequence[str] = (),
    *,
    unanimous: bool = False,
    port: int = 0,
    browser: bool = True,
) -> None:
    """Settle what the annotators differ on in a local page, until it is interrupted.

    Parameters
    ----------
    corpus : path
    articles : sequence of str
        Their ids; all that somebody has annotated without any.
    unanimous : bool
        Serve nothing: take over all on which everybody agrees, print how many, and return.
    port : int
        0 takes a free one.
    browser : bool
        Open the page.
    """
    from harness.annotate.adjudicate.server import serve_adjudication
    from harness.annotate.adjudicate.terminal import adjudicate_command

    if unanimous:
        adjudicate_command(Path(corpus), articles, unanimous=True)
    else:
        serve_adjudication(Path(corpus), list(articles), port, browser=browser)
