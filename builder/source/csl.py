"""The words of CSL 1.0.2: which kinds of references there are, and what may be said of one."""

TYPES = frozenset(
    {"article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter"}
    | {"classic", "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "event"}
    | {"figure", "graphic", "hearing", "interview", "legal_case", "legislation", "manuscript", "map", "motion_picture"}
    | {"musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical"}
    | {"personal_communication", "post", "post-weblog", "regulation", "report", "review", "review-book", "software"}
    | {"song", "speech", "standard", "thesis", "treaty", "webpage"}
)

OTHER_TYPES = {
    "conference": "paper-conference",
    "guideline": "report",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "journal": "article-journal",
    "online": "webpage",
    "techreport": "report",
    "web": "webpage",
    "website": "webpage",
}
"""What people, and other formats, say instead."""

NAMES = frozenset(
    {"author", "chair", "collection-editor", "compiler", "composer", "container-author", "contributor", "curator"}
    | {"director", "editor", "editor-translator", "editorial-director", "executive-producer", "guest", "host"}
    | {"illustrator", "interviewer", "narrator", "organizer", "original-author", "performer", "producer", "recipient"}
    | {"reviewed-author", "script-writer", "series-creator", "translator"}
)

NAME_PARTS = frozenset({"dropping-particle", "family", "given", "literal", "non-dropping-particle", "suffix"})

DATES = frozenset({"accessed", "available-date", "event-date", "issued", "original-date", "submitted"})

TEXTS = frozenset(
    {
        "DOI",
        "ISBN",
        "ISSN",
        "PMCID",
        "PMID",
        "URL",
        "abstract",
        "annote",
        "archive",
        "archive-place",
        "archive_collection",
    }
    | {"archive_location", "authority", "call-number", "chapter-number", "citation-key", "citation-label"}
    | {"collection-number", "collection-title", "container-title", "container-title-short", "dimensions", "division"}
    | {"edition", "event", "event-place", "event-title", "first-reference-note-number", "genre", "issue"}
    | {"journalAbbreviation", "jurisdiction", "keyword", "language", "license", "locator", "medium", "note", "number"}
    | {
        "number-of-pages",
        "number-of-volumes",
        "original-publisher",
        "original-publisher-place",
        "original-title",
        "page",
    }
    | {"page-first", "part", "part-number", "part-title", "printing", "printing-number", "publisher", "publisher-place"}
    | {"references", "reviewed-genre", "reviewed-title", "scale", "section", "shortTitle", "source", "status"}
    | {"supplement", "supplement-number", "title", "title-short", "version", "volume", "volume-title"}
    | {"volume-title-short", "year-suffix"}
)

OTHERS = frozenset({"categories", "custom"})
"""Known, and shown by no style."""
