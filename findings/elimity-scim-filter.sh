#!/bin/sh
# github.com/elimity-com/scim of 28 July 2026 (Go): `emails.value eq …` finds nobody, `emails[value eq …]` does.
#
# Expected: both forms of RFC 7644 §3.4.2.2 find a user with that address: a sub-attribute of a list is compared in each of its values (`emails.type`
# is among the section's own examples).
# Seen: Validator.PassesFilter(), with which a handler filters its resources, answers "the target is not a complex attribute" for the dotted form of any list.
# Most clients send that form when they look a person up, so the person is created a second time. The form with brackets works, as does the
# dotted one for a single value (`name.familyName`). A handler has to rewrite such filters, or to translate them itself.
#
# Needs Go. Prints whether each filter finds the user, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
export GOPATH="$folder/go" GOFLAGS=-mod=mod
cat > go.mod <<'MOD'
module here

go 1.25

require github.com/elimity-com/scim v0.0.0-20260728105928-2641426a1539
MOD
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/elimity-com/scim/filter"
	"github.com/elimity-com/scim/schema"
)

func main() {
	address := map[string]interface{}{"type": "work", "value": "ada@app.example"}
	user := map[string]interface{}{
		"userName": "ada",
		"name":     map[string]interface{}{"familyName": "Lovelace"},
		"emails":   []interface{}{address},
	}
	for _, text := range []string{
		`userName eq "ada"`,
		`name.familyName eq "Lovelace"`,
		`emails[value eq "ada@app.example"]`,
		`emails.value eq "ada@app.example"`,
		`emails.type eq "work"`,
	} {
		validator, err := filter.NewValidator(text, schema.CoreUserSchema())
		if err == nil {
			err = validator.Validate()
		}
		if err != nil {
			panic(err)
		}
		outcome := "found"
		if err := validator.PassesFilter(user); err != nil {
			outcome = "not found, " + err.Error()
		}
		fmt.Printf("%s: %s\n", text, outcome)
	}
}
GO
seen=$(go run . 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'userName eq "ada": found
name.familyName eq "Lovelace": found
emails[value eq "ada@app.example"]: found
emails.value eq "ada@app.example": not found, the target is not a complex attribute
emails.type eq "work": not found, the target is not a complex attribute' ]
