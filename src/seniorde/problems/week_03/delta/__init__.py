"""Delta: writes that count once, files laid out for the questions, compaction that disturbs nobody, retention."""
