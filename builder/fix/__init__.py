"""What an author forgot into edits, where that needs no judgement: ids, numbers of gaps, blanks, editors' lines."""
