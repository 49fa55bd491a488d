#!/bin/sh
# Mojolicious::Plugin::OAuth2 2.02 (Perl, Debian 12): after discovery its authorization request has no `response_type`, and the reason of a refusal is lost.
#
# Expected: with `well_known_url` alone, the plugin makes a complete authorization request (RFC 6749 §4.1.1 requires `response_type`), and a refused code ends with
# the server's `error` (§5.2). A refresh without a scope of its own sends none (§6).
# Seen: auth_url() has client_id, redirect_uri, scope and state alone, so a server answers invalid_request; `authorize_query => {response_type => 'code'}`
# is needed in each call. The promise of a refused code is rejected with "Bad Request" and nothing of the body, so invalid_grant, which asks for a
# new sign-in, looks like a wrong secret or an outage. A refresh sends the configured scope, whatever the person allowed.
#
# Needs Debian 12 with Perl. Prints the authorization request and the outcome of each token request, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q libmojolicious-plugin-oauth2-perl=2.02-1 libmojolicious-perl libmojo-jwt-perl libcrypt-openssl-rsa-perl libcrypt-openssl-bignum-perl \
  libcrypt-openssl-random-perl > log 2>&1 || { cat log >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" .; done
find usr/share/perl5/Mojolicious -xtype l -delete # links to scripts of its own error page, which other packages have
cat > run.pl <<'PERL'
use Mojolicious::Lite -signatures;
use Mojo::Server::Daemon;
my $server = Mojo::Server::Daemon->new(app => app, listen => ['http://127.0.0.1'], silent => 1);
app->log->level('fatal');
my $issuer;
get '/.well-known/openid-configuration' => sub ($c) {
  $c->render(json => {issuer => $issuer, response_types_supported => ['code'], jwks_uri => "$issuer/jwks",
    authorization_endpoint => 'https://issuer.example/authorize', token_endpoint => "$issuer/token"});
};
get '/jwks' => sub ($c) { $c->render(json => {keys => []}) };
post '/token' => sub ($c) {
  print '  form: ', $c->req->body, "\n";
  $c->render(status => 400, json => {error => 'invalid_grant', error_description => 'The code was used'});
};
$issuer = 'http://127.0.0.1:' . $server->start->ports->[0];
my $app = Mojolicious->new;
$app->log->level('fatal');
$app->plugin(OAuth2 => {app => {key => 'app', secret => 'secret', scope => 'openid contacts', well_known_url => "$issuer/.well-known/openid-configuration"}});
my %to = (redirect_uri => 'https://app.example/callback');
my $c = $app->build_controller;
print $c->oauth2->auth_url('app', {%to, state => 'state'}), "\n";
for (['code', sub ($c) { $c->param(code => 'code'); $c->oauth2->get_token_p('app', {%to}) }],
  ['refresh', sub ($c) { $c->oauth2->get_refresh_token_p('app', {refresh_token => 'refresh'}) }]) {
  print "$_->[0]\n";
  $_->[1]->($app->build_controller)->then(sub { print "  kept\n" }, sub ($reason) { print '  ', $reason =~ s/\Q$issuer\E//r, "\n" })->wait;
}
PERL
seen=$(PERL5LIB=$(echo usr/share/perl5 usr/lib/*/perl5/* | tr ' ' ':') timeout 60 perl run.pl 2> errors) || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'https://issuer.example/authorize?client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&scope=openid+contacts&state=state
code
  form: client_id=app&client_secret=secret&code=code&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback
  /token == Bad Request
refresh
  form: client_id=app&client_secret=secret&grant_type=refresh_token&refresh_token=refresh&scope=openid+contacts
  /token == Bad Request' ]
