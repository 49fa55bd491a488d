#!/bin/sh
# LWP::Authen::OAuth2 0.20 (Perl, Debian 12): PKCE's parameters are refused by the client itself, and the query of an authorization endpoint is dropped.
#
# Expected: authorization_url() and request_tokens() pass on parameters of extensions (RFC 6749 §8.2), such as those of PKCE (RFC 7636), and keep a query that the
# address has (RFC 6749 §3.1).
# Seen: "Unexpected parameter: 'code_challenge'", and the same for `nonce`, `resource` and `prompt`: by default only the parameters of RFC 6749 are allowed, so no server of
# OAuth 2.1 can be used. `is_strict => 0` at the start lets all of them through. In both cases `?tenant=1` of the authorization endpoint
# is gone, without an error. A server should have no query in this address.
#
# Needs Debian 12 with Perl. Prints the address or the error for each parameter, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q liblwp-authen-oauth2-perl=0.20-1 libwww-perl libhttp-message-perl libhttp-date-perl libtimedate-perl liburi-perl libjson-perl \
  libencode-locale-perl libio-html-perl liblwp-mediatypes-perl libclone-perl libtry-tiny-perl > log 2>&1 || { cat log >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" .; done
cat > run.pl <<'PERL'
use strict;
use warnings;
use LWP::Authen::OAuth2;
for my $strict (1, 0) {
  my $client = LWP::Authen::OAuth2->new(client_id => 'app', client_secret => 'secret', redirect_uri => 'https://app.example/callback', is_strict => $strict,
    authorization_endpoint => 'https://issuer.example/authorize?tenant=1', token_endpoint => 'https://issuer.example/token');
  for my $name (qw(state code_challenge nonce resource prompt)) {
    my $address = eval { $client->authorization_url($name => 'value') } // $@ =~ s/ at .*//sr;
    $address =~ s/^([^?]+\?)(.*)/$1 . join '&', sort split m'&', $2/e;
    print "is_strict $strict, $name: $address\n";
  }
}
PERL
seen=$(PERL5LIB=$(echo usr/share/perl5 usr/lib/*/perl5/* | tr ' ' ':') timeout 60 perl run.pl 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = "is_strict 1, state: https://issuer.example/authorize?client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&response_type=code&state=value
is_strict 1, code_challenge: Unexpected parameter: 'code_challenge'
is_strict 1, nonce: Unexpected parameter: 'nonce'
is_strict 1, resource: Unexpected parameter: 'resource'
is_strict 1, prompt: Unexpected parameter: 'prompt'
is_strict 0, state: https://issuer.example/authorize?client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&response_type=code&state=value
is_strict 0, code_challenge: https://issuer.example/authorize?client_id=app&code_challenge=value&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&response_type=code
is_strict 0, nonce: https://issuer.example/authorize?client_id=app&nonce=value&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&response_type=code
is_strict 0, resource: https://issuer.example/authorize?client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&resource=value&response_type=code
is_strict 0, prompt: https://issuer.example/authorize?client_id=app&prompt=value&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&response_type=code" ]
