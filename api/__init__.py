"""Whence: who says so, and where did they get it from?

Where a request goes: `main` builds the application; a feature's `router` takes the request, its `service` decides,
its `repository` fetches, and `storage` keeps.

    main            where everything meets
    cli, commands   the command line
    process         what serves: port, connections, workers, cores; how a process ends
    transfer        everything out of a store, and into another one
    bundles         many records at once, or nothing
    provenance      the questions: reads the features' records into a graph, asks `graph` and `confidence`, answers
    search          what is on record, found by words; whether a claim is there already
    attributions    who says what, in which words, taken from whom: the core record, with its citations
    relations       which claims contradict, refine or repeat which
    dependencies    what is known to share one origin
    changes         the change log, for those who follow it
    log             the same log as a Merkle tree, which anybody can check
    erasures        what records said of somebody, destroyed for good
    audit           who was shown what is protected
    documents       where things were said
    claims          what is said, apart from who says it
    sources         who says things
    assessments     how far somebody relies on them
    access          whose key it is that a request is sent with

Each of these has the same files, as far as it needs them: models (how it is kept), schemas (how it looks on the
wire), repository (fetch), service (decide), router (translate). Below them:

    web             what every operation has in common: problems, pages, tags, idempotency, reading requests strictly
    storage         the two databases behind one door, versions and history, the change log, references, words
    formats         dates, JSON, addresses, words: values in, values out
    custody         PURE: roles and keys, sealing, what the log commits to, its tree and signature
    confidence      PURE: the ladder, its policy, and the sentences that explain it
    graph           PURE: the provenance graph and the questions that are asked of it
    errors          every way to fail
    settings        what an operator may change

Imports run downwards only; `pyproject.toml` holds the contracts, and `dev.py check` tests them.
"""
