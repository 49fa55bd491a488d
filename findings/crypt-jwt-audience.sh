#!/bin/sh
# Crypt::JWT 0.034 (Perl, Debian 12), decode_jwt: an audience in an array is refused, also one of a single member.
#
# Expected: `aud` is an array of strings in the general case, and may be one string if there is only one (RFC 7519 §4.1.3), so `verify_aud => "app"` takes a
# token for "app" in either form, and one for "app" and another API.
# Seen: "check failed" for every array: a string, or a pattern, is only compared with a string. A server that adds a second audience, or whose
# library always writes an array, locks such APIs out. A function as verify_aud gets the claim as it is and can look into it; a server
# helps by writing one audience as a string.
#
# Needs Debian 12 with Perl. Prints the outcome of each audience, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q libcrypt-jwt-perl=0.034-1 libcryptx-perl libjson-perl > log 2>&1 || { cat log >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" .; done
cat > run.pl <<'PERL'
use strict;
use warnings;
use Crypt::JWT qw(decode_jwt encode_jwt);
use Crypt::PK::ECC;
my $key = Crypt::PK::ECC->new->generate_key('nistp256');
my %public = (%{$key->export_key_jwk('public', 1)}, kid => '1');
for (['"app"', 'app'], ['["app"]', ['app']], ['["app", "api"]', ['app', 'api']]) {
  my ($name, $audience) = @$_;
  my $claims = {iss => 'https://issuer.example', sub => '1', aud => $audience, exp => time + 300};
  my $token = encode_jwt(payload => $claims, alg => 'ES256', key => $key, extra_headers => {kid => '1', typ => 'at+jwt'});
  my %verifiers = (string => 'app', pattern => qr/^app$/, function => sub { grep { $_ eq 'app' } ref $_[0] ? @{$_[0]} : $_[0] });
  for my $kind (qw(string pattern function)) {
    my $accepted = eval { decode_jwt(token => $token, kid_keys => {keys => [\%public]}, verify_aud => $verifiers{$kind}) };
    print "aud $name, verify_aud a $kind: ", $accepted ? 'accepted' : $@ =~ s/ at .*//sr, "\n";
  }
}
PERL
seen=$(PERL5LIB=$(echo usr/share/perl5 usr/lib/*/perl5/* | tr ' ' ':') timeout 60 perl run.pl 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'aud "app", verify_aud a string: accepted
aud "app", verify_aud a pattern: accepted
aud "app", verify_aud a function: accepted
aud ["app"], verify_aud a string: JWT: aud claim scalar check failed
aud ["app"], verify_aud a pattern: JWT: aud claim re check failed
aud ["app"], verify_aud a function: accepted
aud ["app", "api"], verify_aud a string: JWT: aud claim scalar check failed
aud ["app", "api"], verify_aud a pattern: JWT: aud claim re check failed
aud ["app", "api"], verify_aud a function: accepted' ]
