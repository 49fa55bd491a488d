-- An API is found however its identifier is spelled.
CREATE INDEX resources_by_spelling ON resources (identifier COLLATE NOCASE);
