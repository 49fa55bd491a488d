#!/bin/sh
# Net::OAuth2 0.67 (Perl, Debian 12): a refresh whose answer has no `expires_in` is an exception, and its new refresh token is lost.
#
# Expected: `expires_in` is recommended, not required (RFC 6749 §5.1), so a refreshed token without it is a token whose lifetime is not known, as the one from a code
# is here; and a new refresh token replaces the old one (§6).
# Seen: "no expires_in found in refresh data", after the request, so neither token of the answer is kept; the old access token has been deleted before. The next call
# sends the spent refresh token once more, which a server that rotates takes for theft (RFC 9700 §4.14.2), and ends the authorization. A server should
# always send `expires_in`, also where it is the same each time.
#
# Needs Debian 12 with Perl. Prints the requests and what is left after each call, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q libnet-oauth2-perl=0.67-1 libwww-perl libhttp-message-perl libhttp-date-perl libtimedate-perl liburi-perl libjson-perl libjson-maybexs-perl \
  libencode-locale-perl libio-html-perl liblwp-mediatypes-perl libclone-perl libtry-tiny-perl > log 2>&1 || { cat log >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" .; done
cat > run.pl <<'PERL'
use strict;
use warnings;
use HTTP::Response;
use Net::OAuth2::Profile::WebServer;

package Server {
  my $count = 0;
  sub request {
    my ($self, $request) = @_;
    my %form = URI->new('?' . $request->content)->query_form;
    print "  request: $form{grant_type}, ", $form{refresh_token} // $form{code}, "\n";
    my $lifetime = $form{code} ? ', "expires_in": 10' : '';
    $count++;
    HTTP::Response->new(200, 'OK', ['Content-Type' => 'application/json'],
      qq({"access_token": "access-$count", "token_type": "Bearer", "refresh_token": "refresh-$count"$lifetime}));
  }
}

my $profile = Net::OAuth2::Profile::WebServer->new(client_id => 'app', client_secret => 'secret', site => 'https://issuer.example', authorize_path => '/authorize',
  access_token_path => '/token', refresh_token_path => '/token', redirect_uri => 'https://app.example/callback', user_agent => bless {}, 'Server');
print "code\n";
my $token = $profile->get_access_token('code');
# A token with ten seconds counts as expired: fifteen seconds before the end it is renewed.
for my $call (1, 2) {
  print "call $call\n";
  my $access = eval { $token->access_token };
  print '  ', $access // $@ =~ s/ at .*//sr, ', left: ', $token->refresh_token, "\n";
}
PERL
seen=$(PERL5LIB=$(echo usr/share/perl5 usr/lib/*/perl5/* | tr ' ' ':') timeout 60 perl run.pl 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'code
  request: authorization_code, code
call 1
  request: refresh_token, refresh-1
  no expires_in found in refresh data, left: refresh-1
call 2
  request: refresh_token, refresh-1
  no expires_in found in refresh data, left: refresh-1' ]
