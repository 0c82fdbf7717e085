"""Releases and drafts as files on disk: same bytes, refused or whole."""
