#!/bin/sh
# scim2-filter-parser 0.7.0 (Python, below django-scim2): filters of RFC 7644 become SQL that finds nobody, or everybody.
#
# Expected: the query from `active eq true` finds who is active in a table with a boolean column; attribute names have no case (RFC 7643 §2.1), and a
# name that is not mapped finds nobody; numbers and strings are those of JSON (RFC 7644 §3.4.2.2).
# Seen: `true` becomes the text 'TRUE', which SQLite compares as a text. `username` in small letters, and any unmapped attribute, leaves the condition
# out, so the query returns every user: a client that looks a person up and takes the first gets somebody else. Numbers have one digit, and an escaped
# quote ends a string. An application has to map each spelling that its clients send, and to refuse filters with others.
#
# Prints what each filter finds in a table of two users, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check scim2-filter-parser==0.7.0
cat > run.py <<'PY'
import sqlite3
from scim2_filter_parser.queries.sql import SQLiteQuery

users = sqlite3.connect(":memory:")
users.execute("create table users (name text, active boolean, logins integer, family text)")
users.execute("insert into users values ('jensen', true, 12, 'O\"Neil'), ('mandel', false, 3, 'Mandel')")
columns = {
    ("userName", None, None): "users.name",
    ("active", None, None): "users.active",
    ("logins", None, None): "users.logins",
    ("name", "familyName", None): "users.family",
}
for filter in (
    'userName eq "JENSEN"', 'username eq "jensen"', 'nickName eq "jensen"', 'userName eq "jensen" and nickName pr',
    "active eq true", "logins gt 5", "logins gt 10", r'name.familyName eq "O\"Neil"',
):
    try:
        query = SQLiteQuery(filter, "users", columns)
        outcome = [name for (name, *_) in users.execute(query.sql, query.params)]
    except Exception as error:
        outcome = type(error).__name__
    print(filter, "->", outcome)
PY
seen=$(bin/python run.py)
echo "$seen"
[ "$seen" = 'userName eq "JENSEN" -> ['"'jensen'"']
username eq "jensen" -> ['"'jensen', 'mandel'"']
nickName eq "jensen" -> ['"'jensen', 'mandel'"']
userName eq "jensen" and nickName pr -> ['"'jensen'"']
active eq true -> []
logins gt 5 -> ['"'jensen'"']
logins gt 10 -> SCIMParserError
name.familyName eq "O\"Neil" -> SCIMParserError' ]
