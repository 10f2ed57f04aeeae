"""The commands below ``harness annotate``; each imports what it needs inside itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness import completion

app = typer.Typer(no_args_is_help=True, help="From a new article to validated, double-annotated gold.")

Corpus = Annotated[Path, typer.Option("--corpus", help="the folder with seeds/ and annotations/")]
EncoderName = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="MODEL",
        help="compare by the vectors of a sentence encoder (folder, Hugging Face id or package:NAME; extra: "
        "embeddings) in place of character n-grams",
    ),
]
CorpusArgument = Annotated[Path, typer.Argument(help="the folder with seeds/ and annotations/")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object, for programs (docs/json.md)")]


OnlyArticles = Annotated[
    list[str] | None,
    typer.Option(
        "--article", metavar="ID", help="only this article; repeatable", autocompletion=completion.articles
    ),
]


@app.command()
def check(path: CorpusArgument = Path(), as_json: Json = False) -> None:
    """List every problem of a corpus; the same as harness check.

    Exit code 0: none; 1: the corpus has problems.

    Example: harness annotate check .
    """
    from harness.answers import answer
    from harness.checks import check_corpus
    from harness.console import print_problems

    problems = check_corpus(path)
    if as_json:
        answer(path=path, problems=problems, notes=[])
    else:
        print_problems(problems, f"{path}: ")
    raise typer.Exit(1 if problems else 0)


@app.command()
def add(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="texts in UTF-8, or saved web pages")
    ] = None,
    corpus: Corpus = Path(),
    id_: Annotated[str | None, typer.Option("--id", help="of one FILE; else made of its name")] = None,
    title: Annotated[str | None, typer.Option(help="of one FILE, as it stands in the article")] = None,
    outlet: Annotated[str | None, typer.Option(help="who published it")] = None,
    date: Annotated[str | None, typer.Option(help="of publication: 2022, 2022-09 or 2022-09-16")] = None,
    language: Annotated[str | None, typer.Option(help="a code such as en; und where not known")] = None,
    rights: Annotated[str | None, typer.Option(help="who may do what with it")] = None,
    provenance: Annotated[str | None, typer.Option(help="how it was received")] = None,
    translated: Annotated[
        bool | None,
        typer.Option("--machine-translated/--original", help="whether a machine translated it"),
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="what the files are in, where not UTF-8")] = None,
    from_csv: Annotated[
        Path | None, typer.Option(help="many at once: a CSV file with the column 'file' and any of the above")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add articles: bring them into the frozen form and list them in seeds/articles.yaml.

    Asks on a terminal for what no option says.

    Example: harness annotate add new.txt --language en
    """
    from harness.annotate.articles.adding import add_articles
    from harness.annotate.articles.details import Details, received
    from harness.annotate.articles.text import added_text, asker, warning_lines
    from harness.answers import answer

    said = Details(id_, title, outlet, date, language, rights, provenance, translated)
    ask = None if as_json else asker()
    made = add_articles(corpus, received(files or [], from_csv, said), encoding=encoding, ask=ask)
    if as_json:
        answer(added=[{**a.entry, "changes": a.frozen.changes, "warnings": a.warnings} for a in made])
        return
    for line in warning_lines(made):
        typer.echo(line, err=True)
    typer.echo("\n".join(map(added_text, made)))


@app.command()
def agree(
    path: CorpusArgument = Path(),
    as_json: Json = False,
    details: Annotated[
        bool, typer.Option("--details", help="show the whole text and the ids of every disagreement")
    ] = False,
    gamma: Annotated[bool, typer.Option("--gamma", help="add γ, which takes a while (extra: gamma)")] = False,
    seed: Annotated[int, typer.Option(min=0, help="of the resampled articles and of γ")] = 0,
) -> None:
    """Print how far the annotators agree on spans and labels, from their untouched files.

    Example: harness annotate agree . --details
    """
    from harness.annotate.agreement.text import agreement_json, agreement_text
    from harness.annotate.unfinished import load_unfinished
    from harness.answers import print_json

    say = agreement_json if as_json else agreement_text
    said = say(load_unfinished(path), seed=seed, details=details, gamma=gamma)
    print_json(said) if as_json else typer.echo(said)


@app.command()
def serve(
    annotator: Annotated[str, typer.Option(help="who annotates; names the folder of the files")],
    corpus: Corpus = Path(),
    article: OnlyArticles = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="only print the address")] = False,
) -> None:
    """Annotate in a local page, blind to all other annotators; every action is saved at once.

    Example: harness annotate serve --annotator me
    """
    from harness.annotate.serve.server import serve_corpus

    serve_corpus(corpus, annotator, article or [], port, browser=not no_browser)


@app.command()
def suggest(
    article: Annotated[
        str,
        typer.Argument(
            help="the article's id in articles.yaml", show_default=False, autocompletion=completion.articles
        ),
    ],
    corpus: Corpus = Path(),
    cues: Annotated[
        Path | None, typer.Option(help="a cue list of your own in place of the shipped one")
    ] = None,
    as_json: Json = False,
    same_as: Annotated[
        str | None,
        typer.Option(
            metavar="WHO",
            help="list statements of other articles that may be the same utterance: gold's, or someone's",
        ),
    ] = None,
    encoder: EncoderName = None,
) -> None:
    """Propose the statements of an article: quotations, reporting verbs, according to, colons.

    Reads nobody's annotations unless --same-as names one, so that who is yet to annotate stays blind.

    Example: harness annotate suggest 000_3e02bb1f375ccf61
    """
    from harness.annotate.link.similarity import similarity_by
    from harness.annotate.suggest.text import suggestions
    from harness.answers import print_json

    how = similarity_by(encoder)
    said = suggestions(corpus, article, cues, as_json=as_json, same_as=same_as, similarity=how)
    print_json(said) if as_json else typer.echo(said)


SHAPES = ("label-studio", "brat", "doccano", "cas", "csv")
Shape = Annotated[
    str,
    typer.Option(
        "--format",
        "--to",
        help="label-studio, brat, doccano, cas or csv",
        autocompletion=completion.one_of(*SHAPES),
    ),
]


@app.command("export")
def export_statements(
    out: Annotated[Path, typer.Argument(help="a folder for the files")],
    shape: Shape,
    annotator: Annotated[
        str, typer.Option(help="whose statements", autocompletion=completion.annotators)
    ] = "gold",
    corpus: Corpus = Path(),
    as_json: Json = False,
) -> None:
    """Write statements for another annotation tool; what its format cannot hold is listed on stderr.

    Example: harness annotate export --format brat --annotator gold out/brat
    """
    from harness.annotate.exchange.outgoing import export, losses_text, write_export
    from harness.answers import answer
    from harness.checks import load_corpus

    exported = export(load_corpus(corpus), shape, annotator)
    paths = list(write_export(exported, out))
    if as_json:
        answer(files=paths, losses=exported.losses)
        return
    for path in paths:
        typer.echo(path)
    typer.echo(losses_text(shape, exported.losses), err=True)


@app.command("import")
def import_statements(
    files: Annotated[list[Path], typer.Argument(help="files that the other tool wrote")],
    shape: Shape,
    annotator: Annotated[
        str, typer.Option(help="whose statements they become", autocompletion=completion.annotators)
    ],
    corpus: Corpus = Path(),
    replace: Annotated[bool, typer.Option("--replace", help="overwrite what the annotator has")] = False,
    as_json: Json = False,
) -> None:
    """Read another tool's annotations as an annotator's; lists every problem, or writes all of them.

    Example: harness annotate import --format brat --annotator anna out/brat/*.ann
    """
    from harness.annotate.exchange.incoming import import_files
    from harness.answers import answer
    from harness.report.digits import counted

    done = import_files(corpus, shape, annotator, files, overwrite=replace)
    if as_json:
        answer(files=done.paths, statements=done.n, filled=done.filled)
        return
    for path in done.paths:
        typer.echo(path)
    typer.echo(f"{counted(done.n, 'statement')} in {counted(len(done.paths), 'file')}")
    if done.filled:
        names = ", ".join(f"{name} ({n})" for name, n in done.filled.items())
        typer.echo(f"not in the files, filled in, to be checked: {names}", err=True)


@app.command()
def link(
    path: CorpusArgument = Path(),
    annotator: Annotated[
        str,
        typer.Option(
            help="whose statements: an annotator's name, or gold", autocompletion=completion.annotators
        ),
    ] = "gold",
    yes: Annotated[bool, typer.Option("--yes", help="join every pair of at least --threshold")] = False,
    only_list: Annotated[bool, typer.Option("--list", help="show the pairs and change nothing")] = False,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="least similarity; with --yes 0.6, of vectors 0.65")
    ] = None,
    encoder: EncoderName = None,
) -> None:
    """Find statements of different articles that may be one utterance, and join their groups.

    Asks about each pair; without a terminal it only lists them.

    Example: harness annotate link . --list
    """
    from harness.annotate.link.similarity import similarity_by
    from harness.annotate.link.terminal import link_command

    how = similarity_by(encoder)
    link_command(path, annotator, how, threshold=threshold, yes=yes, only_list=only_list)


@app.command()
def adjudicate(
    path: CorpusArgument = Path(),
    article: OnlyArticles = None,
    page: Annotated[
        bool, typer.Option("--page/--terminal", help="in a local page, or by questions on the terminal")
    ] = True,
    unanimous: Annotated[
        bool, typer.Option("--unanimous", help="take over all on which everybody agrees, and ask nothing")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="of the page; 0 takes a free one")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="only print the page's address")] = False,
) -> None:
    """Settle what the annotators differ on, one case at a time, and write gold; all is saved at once.

    Keys, in the page and on the terminal: a, b ... take an annotator's version; d drop; s skip.

    Example: harness annotate adjudicate . --article new
    """
    if page and not unanimous:
        from harness.annotate.adjudicate.server import serve_adjudication

        serve_adjudication(path, article or [], port, browser=not no_browser)
    else:
        from harness.annotate.adjudicate.terminal import adjudicate_command

        adjudicate_command(path, article or [], unanimous=unanimous)
