"""Reports: a generator of rows each, and a writer for each form of file. A new report or form is one entry more."""
