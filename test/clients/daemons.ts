import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Daemons with one configuration file around the snippet of a recipe. Each returns the arguments that start it. */

export function apache(folder: string, port: number, module: string, snippet: string): readonly string[] {
  mkdirSync(path.join(folder, 'www/api'), { recursive: true })
  for (const page of ['www/index.html', 'www/api/index.html']) writeFileSync(path.join(folder, page), 'Hello')
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'headers', module]
  const file = path.join(folder, 'httpd.conf')
  writeFileSync(
    file,
    `ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DocumentRoot ${folder}/www
${snippet}`,
  )
  return ['-f', file, '-X']
}

export function dovecot(folder: string, port: number, snippet: string): readonly string[] {
  for (const name of ['run', 'mail']) mkdirSync(path.join(folder, name))
  writeFileSync(path.join(folder, 'dovecot-oauth2.conf.ext'), snippet)
  const file = path.join(folder, 'dovecot.conf')
  writeFileSync(
    file,
    `protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = /dev/stderr
ssl = no
auth_mechanisms = oauthbearer xoauth2
first_valid_uid = 0
mail_location = maildir:${folder}/mail/%u
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = ${folder}/dovecot-oauth2.conf.ext
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${folder}/mail/%u
}
`,
  )
  return ['-F', '-c', file]
}
